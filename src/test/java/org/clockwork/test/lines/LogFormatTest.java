package org.clockwork.test.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.launcher.lines.LogFormat;
import org.clockwork.launcher.lines.RequestLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lines look like. */
class LogFormatTest {
  private static final RequestId REQUEST = new RequestId(new GatewayId("G0"), 7);
  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger REQUESTS = Logger.getLogger("org.clockwork.requests");

  private final Handler handler = new ConsoleHandler();
  private final BlockingQueue<LogRecord> logged = new LinkedBlockingQueue<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private final Map<Handler, Formatter> before = new HashMap<>();

  @BeforeEach
  void remember() {
    for (Handler each : ROOT.getHandlers()) {
      before.put(each, each.getFormatter());
    }
  }

  @AfterEach
  void leaveNoTrace() {
    before.forEach(Handler::setFormatter);
    ROOT.removeHandler(handler);
    REQUESTS.removeHandler(listener);
    REQUESTS.setUseParentHandlers(true);
    REQUESTS.setLevel(null);
  }

  @Test
  void aRolesLineForPeopleStaysAsItIs() {
    List<String> written = new ArrayList<>();
    LogFormat.TEXT.lines("serve", written::add).accept("Serving 3 models: \"a\"");
    assertEquals(List.of("Serving 3 models: \"a\""), written);
  }

  @Test
  void aRolesLineForProgramsIsAnObject() {
    List<String> written = new ArrayList<>();
    LogFormat.JSON.lines("serve", written::add).accept("Serving 3 models:\n\"a\"");
    assertEquals(1, written.getFirst().lines().count());
    JsonObject line = new JsonObject(written.getFirst());
    assertEquals("INFO", line.getString("level"));
    assertEquals("clockwork.serve", line.getString("logger"));
    assertEquals("Serving 3 models:\n\"a\"", line.getString("message"));
    Instant.parse(line.getString("time"));
  }

  @Test
  void whatIsLoggedHasItsLevelItsLoggerAndWhatWasThrown() {
    LogRecord record = new LogRecord(Level.SEVERE, "no {0}");
    record.setParameters(new Object[] {"disk"});
    record.setLoggerName("org.clockwork.worker");
    record.setThrown(new IllegalStateException("broken"));
    JsonObject line = json(record);
    assertEquals("ERROR", line.getString("level"));
    assertEquals("org.clockwork.worker", line.getString("logger"));
    assertEquals("no disk", line.getString("message"));
    assertTrue(line.getString("error").startsWith("java.lang.IllegalStateException: broken\n"));
  }

  @Test
  void theRequestThatALineIsAboutIsAFieldOfItsOwn() {
    LogRecord one = new LogRecord(Level.WARNING, "about {0}");
    one.setParameters(new Object[] {REQUEST});
    assertEquals("G0-7", json(one).getString("request_id"));
    LogRecord two = new LogRecord(Level.WARNING, "about {0} and {1}");
    two.setParameters(new Object[] {REQUEST, new RequestId(new GatewayId("G0"), 8)});
    assertEquals(List.of("G0-7", "G0-8"), json(two).getJsonArray("request_ids").getList());
  }

  @Test
  void eachAnswerIsALineWhereThatIsWanted() throws Exception {
    REQUESTS.addHandler(listener);
    REQUESTS.setUseParentHandlers(false);
    RequestLog log = new RequestLog();
    log.begun(REQUEST, submission());
    log.answered(new Answer.TimedOut(REQUEST, 1));
    REQUESTS.setLevel(Level.FINE);
    log.begun(REQUEST, submission());
    log.answered(new Answer.Refused(REQUEST, 1_500_000, RefusalCause.QUEUE, "too many", 0));
    LogRecord line = logged.poll(30, TimeUnit.SECONDS);
    JsonObject json = json(line);
    assertEquals(
        "request G0-7 of tenant 'shop' for 'resnet' refused (queue): too many, after 1.500 ms",
        json.getString("message"));
    assertEquals("G0-7", json.getString("request_id"));
    assertEquals("DEBUG", json.getString("level"));
    assertTrue(logged.isEmpty(), "the first one was not wanted");
  }

  private static Submission submission() {
    return new Submission("resnet", new Submission.Payload.Generated(1), Objective.NONE, "shop", 0);
  }

  /** As the handlers of a process that logs in JSON write it. */
  private JsonObject json(LogRecord record) {
    ROOT.addHandler(handler);
    LogFormat.JSON.apply();
    Formatter formatter = handler.getFormatter();
    return new JsonObject(formatter.format(record));
  }
}
