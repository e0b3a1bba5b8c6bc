package org.clockwork.launcher.lines;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.RequestWatch;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.request.RequestId;

/**
 * A line for each answer of a gateway, where {@code org.clockwork.requests} is logged at {@code
 * FINE}; otherwise it costs a glance at that level. Lines are written by a thread of their own, and
 * those that come faster than they are read are left out and counted.
 */
public final class RequestLog implements RequestWatch {
  private static final String NAME = "org.clockwork.requests";

  /** Kept here: a level that nobody refers to is forgotten by the JDK. */
  private static final Logger LOG = Logger.getLogger(NAME);

  private static final int WAITING_MAX = 4_096;
  private static final long IDLE_SECONDS = 5;

  private final Map<RequestId, Submission> open = new HashMap<>();
  private final AtomicLong leftOut = new AtomicLong();
  private final ThreadPoolExecutor writer;

  public RequestLog() {
    writer =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("request-log").daemon().factory(),
            (_, _) -> leftOut.incrementAndGet());
    writer.allowCoreThreadTimeOut(true);
  }

  @Override
  public Submission begun(RequestId request, Submission submission) {
    if (LOG.isLoggable(Level.FINE)) {
      // Without the input, which may be the most of it.
      open.put(
          request,
          new Submission(
              submission.model(),
              new Submission.Payload.Generated(1),
              submission.objective(),
              submission.tenant(),
              submission.priority()));
    }
    return submission;
  }

  @Override
  public void answered(Answer answer) {
    if (open.isEmpty()) {
      return;
    }
    Submission asked = open.remove(answer.request());
    if (asked != null) {
      writer.execute(() -> write(answer, asked));
    }
  }

  private void write(Answer answer, Submission asked) {
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      log("{0} requests are left out here: their lines were not read in time", missing);
    }
    log(
        "request {0} of tenant ''{1}'' for ''{2}'' {3} after {4} ms",
        answer.request(),
        asked.tenant(),
        asked.model(),
        ending(answer),
        String.format(Locale.ROOT, "%.3f", answer.latencyNanos() / 1e6));
  }

  private static void log(String message, Object... parameters) {
    LogRecord line = new LogRecord(Level.FINE, message);
    line.setLoggerName(NAME);
    line.setParameters(parameters);
    LOG.log(line);
  }

  private static String ending(Answer answer) {
    return switch (answer) {
      case Answer.Succeeded succeeded -> succeeded.met() ? "met" : "late";
      case Answer.Refused refused ->
          "refused (%s): %s,".formatted(refused.cause().word(), refused.reason());
      case Answer.TimedOut _ -> "timed out";
      case Answer.Failed failed ->
          "failed (%s): %s,"
              .formatted(failed.code().name().toLowerCase(Locale.ROOT), failed.reason());
    };
  }
}
