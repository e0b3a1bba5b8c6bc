package org.clockwork.test.telemetry;

import static org.clockwork.test.telemetry.SampleEvents.MILLIS;
import static org.clockwork.test.telemetry.SampleEvents.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.telemetry.Telemetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryLogTest {
  @TempDir Path folder;

  private final List<String> warnings = new CopyOnWriteArrayList<>();

  @Test
  void aRequestIsOneLineInThePublishedColumns() throws Exception {
    Path file =
        logged(SampleEvents.ended(12, 60, new Telemetry.Result.Succeeded(4, 3 * MILLIS)))
            .resolve(TelemetryLog.REQUESTS);
    assertEquals(
        Map.ofEntries(
            Map.entry("t", "10000000"),
            Map.entry("request_id", "G0-12"),
            Map.entry("result", "0"),
            Map.entry("user_id", "default"),
            Map.entry("model_id", "3"),
            Map.entry("slo_factor", "2.5"),
            Map.entry("latency", "60000000"),
            Map.entry("deadline", "100000000"),
            Map.entry("deadline_met", "1"),
            Map.entry("arrival_count", "5"),
            Map.entry("departure_count", "4"),
            Map.entry("is_coldstart", "1")),
        onlyRow(file));
  }

  @Test
  void theRequestLogsColumnsStandInThePublishedOrder() throws Exception {
    assertEquals(
        "t request_id result user_id model_id slo_factor latency deadline deadline_met"
            + " arrival_count departure_count is_coldstart",
        header(logged().resolve(TelemetryLog.REQUESTS)));
  }

  @Test
  void theActionLogsColumnsStandInThePublishedOrder() throws Exception {
    assertEquals(
        "t action_id action_type status worker_id gpu_id model_id batch_size"
            + " expected_exec_duration worker_exec_duration expected_exec_complete"
            + " worker_exec_complete expected_gpu_clock worker_gpu_clock_before worker_gpu_clock"
            + " worker_copy_output_complete worker_action_received worker_result_sent"
            + " controller_result_enqueue controller_action_duration goodput requests_queued"
            + " copies_loaded",
        header(logged().resolve(TelemetryLog.ACTIONS)));
  }

  @Test
  void eachWayToEndHasItsPublishedNumber() throws Exception {
    Telemetry[] events =
        SampleEvents.results().stream()
            .map(result -> SampleEvents.ended(1, 50, result))
            .toArray(Telemetry[]::new);
    List<String> numbers =
        rows(logged(events).resolve(TelemetryLog.REQUESTS)).stream()
            .map(row -> row.get("result"))
            .toList();
    assertEquals(List.of("0", "1", "1", "8", "4", "7"), numbers);
  }

  @Test
  void anAnswerAfterItsObjectiveIsNotMet() throws Exception {
    Path file =
        logged(SampleEvents.ended(1, 101, new Telemetry.Result.Succeeded(1, MILLIS)))
            .resolve(TelemetryLog.REQUESTS);
    assertEquals("0", onlyRow(file).get("deadline_met"));
  }

  @Test
  void aTenantsNameCannotBreakTheTable() throws Exception {
    Path file =
        logged(
                SampleEvents.ended(
                    SampleEvents.request(1, "a\tb\nc"), 1, new Telemetry.Result.TimedOut()))
            .resolve(TelemetryLog.REQUESTS);
    assertEquals("a b c", onlyRow(file).get("user_id"));
  }

  @Test
  void anInferTellsPredictedAndActualTimesRelativeToItsSending() throws Exception {
    Map<String, String> row =
        onlyRow(logged(SampleEvents.inferred()).resolve(TelemetryLog.ACTIONS));
    assertEquals(
        "t=20000000 action_id=8 action_type=2 status=0 worker_id=W0 gpu_id=0 model_id=3"
            + " batch_size=4 expected_exec_duration=3000000 worker_exec_duration=4000000"
            + " expected_exec_complete=5000000 worker_exec_complete=7000000 expected_gpu_clock=0"
            + " worker_gpu_clock_before=1380 worker_gpu_clock=1350"
            + " worker_copy_output_complete=8000000 worker_action_received=1000000"
            + " worker_result_sent=8000000 controller_result_enqueue=9000000"
            + " controller_action_duration=9000000 goodput=2 requests_queued=6 copies_loaded=1",
        String.join(
            " ", row.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList()));
  }

  @Test
  void aRefusedActionTellsItsCodeAndNoDuration() throws Exception {
    Map<String, String> row = onlyRow(logged(SampleEvents.refused()).resolve(TelemetryLog.ACTIONS));
    assertEquals("51", row.get("status"));
    assertEquals("1", row.get("action_type"));
    assertEquals("0", row.get("worker_exec_duration"));
  }

  @Test
  void aFileThatHasReachedItsSizeIsSetAsideAndOnlySoManyAreKept() throws Exception {
    LogConfig config = new LogConfig(folder, 1, 2, 100);
    for (int number = 0; number < 5; number++) {
      log(config, SampleEvents.ended(number, 1, new Telemetry.Result.TimedOut()));
    }
    assertEquals(
        List.of(
            "clockwork_request_log.1.tsv", "clockwork_request_log.2.tsv", TelemetryLog.REQUESTS),
        names("clockwork_request_log"));
    assertEquals("G0-4", rows(folder.resolve(TelemetryLog.REQUESTS)).getLast().get("request_id"));
  }

  @Test
  void aNewRunSetsTheLogOfTheLastOneAside() throws Exception {
    LogConfig config = LogConfig.DEFAULT.in(folder);
    log(config, SampleEvents.ended(1, 1, new Telemetry.Result.TimedOut()));
    log(config, SampleEvents.ended(2, 1, new Telemetry.Result.TimedOut()));
    assertEquals("G0-1", onlyRow(folder.resolve("clockwork_request_log.1.tsv")).get("request_id"));
    assertEquals("G0-2", onlyRow(folder.resolve(TelemetryLog.REQUESTS)).get("request_id"));
  }

  @Test
  void aFolderThatCannotBeMadeIsToldOncePerFileWithItsRemedyAndRowsAreCounted() throws Exception {
    Path file = Files.writeString(folder.resolve("occupied"), "a file, not a folder");
    TelemetryLog log =
        new TelemetryLog(LogConfig.DEFAULT.in(file.resolve("logs")), START, warnings::add);
    log.accept(SampleEvents.inferred());
    log.accept(SampleEvents.inferred());
    log.close();
    assertEquals(2, warnings.size(), warnings::toString);
    assertTrue(warnings.getFirst().contains(file.resolve("logs").toString()), warnings::toString);
    assertTrue(warnings.getFirst().contains("set CLOCKWORK_LOG_DIR"), warnings::toString);
    assertEquals(2, log.lost());
  }

  @Test
  void aFullDiskCostsRowsAndNothingElse() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "needs /dev/full, a disk that is always full");
    Path link = Files.createSymbolicLink(folder.resolve(TelemetryLog.REQUESTS), full);
    TelemetryLog log = new TelemetryLog(LogConfig.DEFAULT.in(folder), START, warnings::add);
    log.accept(SampleEvents.ended(1, 1, new Telemetry.Result.TimedOut()));
    log.accept(SampleEvents.inferred());
    log.close();
    Files.delete(link); // JUnit warns of links that lead out of its folder
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.getFirst().contains(TelemetryLog.REQUESTS), warnings::toString);
    assertEquals(1, log.lost());
    assertEquals(1, rows(folder.resolve(TelemetryLog.ACTIONS)).size());
  }

  @Test
  void whatTheQueueCannotHoldIsDroppedAndCountedNeverWaitedFor() throws Exception {
    TelemetryLog log = new TelemetryLog(new LogConfig(folder, 1 << 20, 1, 1), START, warnings::add);
    long accepted = 100_000;
    for (int i = 0; i < accepted; i++) {
      log.accept(SampleEvents.inferred());
    }
    log.close();
    long written = rows(folder.resolve(TelemetryLog.ACTIONS)).size();
    assertTrue(log.lost() > 0, "a queue of one can't have held them all");
    assertEquals(accepted, written + log.lost());
    assertTrue(warnings.getFirst().contains("maxQueuedEvents"), warnings::toString);
  }

  private Path logged(Telemetry... events) throws InterruptedException {
    log(LogConfig.DEFAULT.in(folder), events);
    assertEquals(List.of(), warnings);
    return folder;
  }

  private void log(LogConfig config, Telemetry... events) throws InterruptedException {
    TelemetryLog log = new TelemetryLog(config, START, warnings::add);
    for (Telemetry event : events) {
      log.accept(event);
    }
    log.close();
  }

  private List<String> names(String prefix) throws Exception {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  private static String header(Path file) throws Exception {
    return Files.readAllLines(file).getFirst().replace('\t', ' ');
  }

  private static Map<String, String> onlyRow(Path file) throws Exception {
    List<Map<String, String>> rows = rows(file);
    assertEquals(1, rows.size(), rows::toString);
    return rows.getFirst();
  }

  private static List<Map<String, String>> rows(Path file) throws Exception {
    List<String> lines = Files.readAllLines(file);
    String[] columns = lines.getFirst().split("\t", -1);
    return lines.stream().skip(1).map(line -> row(columns, line.split("\t", -1))).toList();
  }

  private static Map<String, String> row(String[] columns, String[] values) {
    assertFalse(values.length != columns.length, () -> String.join("|", values));
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i++) {
      row.put(columns[i], values[i]);
    }
    return row;
  }
}
