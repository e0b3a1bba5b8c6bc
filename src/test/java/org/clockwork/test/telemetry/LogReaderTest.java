package org.clockwork.test.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.clockwork.controller.telemetry.ActionLine;
import org.clockwork.controller.telemetry.LogReader;
import org.clockwork.controller.telemetry.RequestLine;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.controller.telemetry.UnreadableLogException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs are read back as they were written; what is not one is named with file and line. */
class LogReaderTest {
  private static final String HEADER = "t\tlatency\tuser_id\n";

  @TempDir Path folder;

  @Test
  void partsAreReadTheOldestFirst() throws Exception {
    for (String part : List.of(".10", ".9", ".1", "")) {
      write(part, HEADER + "1\t1\tpart" + part + "\n");
    }
    Files.writeString(folder.resolve("clockwork_request_log.old.tsv"), "no part");
    assertEquals(List.of("part.10", "part.9", "part.1", "part"), users());
  }

  @Test
  void aLastLineThatIsStillBeingWrittenIsLeftOut() throws Exception {
    write("", HEADER + "1\t1\ta\n2\t2");
    assertEquals(List.of("a"), users());
    write("", HEADER.strip());
    assertEquals(List.of(), users());
    write("", "");
    assertEquals(List.of(), users());
  }

  @Test
  void howeverLongALogIsEveryLineIsWhole() throws Exception {
    List<String> names =
        IntStream.range(0, 300_000).mapToObj(i -> "user-ü" + "x".repeat(i % 17) + i).toList();
    StringBuilder log = new StringBuilder(HEADER);
    names.forEach(name -> log.append("-5\t7\t").append(name).append('\n'));
    write("", log.toString());
    assertEquals(names, users());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "t,latency,user_id/1,1/2,2,a,b | :2: 2 fields instead of the 3 that line 1 names",
        "t,latency,user_id/1,1,a/2,2,a,b | :3: 4 fields instead of the 3 that line 1 names",
        "t,latency,user_id/1,1,a//2,2,a | :3: 1 fields instead of the 3 that line 1 names",
        "t,latency,user_id/x1,1,a | :2: column t is 'x1'; expected a whole number",
        "t,latency,user_id/,1,a | :2: column t is ''; expected a whole number",
        "t,latency,user_id/-,1,a | :2: column t is '-'; expected a whole number",
        "t,latency,user_id/1234567890123456789,1,a | column t is '1234567890123456789'; expected",
        "t,latency,user_id/1,-1,a | latency is '-1'; expected a whole number that is not below 0",
        "t,latency,speed,user_id/1,1,1,a | :1: unknown column 'speed'; there are t, request_id,",
        "t,latency,latency,user_id/1,1,1,a | :1: column 'latency' stands there twice",
        "t,user_id/1,a | :1: column 'latency' is missing",
      })
  void aMalformedLineIsNamedWithFileAndLine(String lines, String says) throws Exception {
    write("", lines.replace(',', '\t').replace('/', '\n') + "\n");
    assertSays(folder.resolve(TelemetryLog.REQUESTS).toString(), says);
  }

  @Test
  void aLineWithoutEndIsNoLine() throws Exception {
    write("", HEADER + "1\t1\t" + "a".repeat(2 << 20) + "\n");
    assertSays(TelemetryLog.REQUESTS, ":2: the line is longer than 1048576 bytes; it begins");
  }

  @Test
  void whereNoLogIsThatIsSaid() throws Exception {
    assertSays("there is no clockwork_request_log.tsv in " + folder, "CLOCKWORK_LOG_DIR");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(
        file + " is no folder; name the one that has the logs in it",
        message(LogReader.requests(file)));
    assertEquals(
        "there is no folder " + folder.resolve("none"),
        message(LogReader.requests(folder.resolve("none"))));
  }

  @Test
  void anActionOfNoKnownTypeIsNamed() throws Exception {
    Files.writeString(folder.resolve(TelemetryLog.ACTIONS), "t\taction_type\n1\t4\n");
    assertEquals(
        folder.resolve(TelemetryLog.ACTIONS)
            + ":2: column action_type is '4'; expected 1 (LOAD), 2 (INFER) or 3 (UNLOAD)",
        assertThrows(
                UnreadableLogException.class,
                () -> LogReader.actions(folder).read(row -> new ActionLine(row).type()))
            .getMessage());
  }

  private void write(String part, String text) throws IOException {
    Files.writeString(folder.resolve("clockwork_request_log" + part + ".tsv"), text);
  }

  private List<String> users() throws IOException {
    List<String> users = new ArrayList<>();
    LogReader.requests(folder).read(row -> users.add(row.text("user_id")));
    return users;
  }

  private void assertSays(String... parts) {
    String message = message(LogReader.requests(folder));
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  /** Of who asks for a few columns. */
  private static String message(LogReader log) {
    LongAdder sum = new LongAdder();
    return assertThrows(
            UnreadableLogException.class,
            () ->
                log.read(
                    row -> {
                      RequestLine line = new RequestLine(row);
                      sum.add(line.arrivedNanos() + line.latencyNanos());
                    }))
        .getMessage();
  }
}
