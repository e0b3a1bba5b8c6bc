package org.clockwork.test.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.clockwork.benchmarks.cluster.PredictionLog;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an action log says of predictions. */
final class PredictionLogTest {
  private static final int LOAD = 1;
  private static final int INFER = 2;
  private static final int UNLOAD = 3;
  private static final int OK = 0;
  private static final int TOO_LATE = 22;

  /** Columns that matter; readers go by names, so the others may be missing. */
  private static final String HEADER =
      "t\taction_type\tstatus\texpected_exec_duration\tworker_exec_duration"
          + "\texpected_exec_complete\tworker_exec_complete";

  @TempDir Path folder;

  @Test
  void whatWasLateAndWhatWasEarlyIsToldOfStartDurationAndCompletion() throws Exception {
    // Begins 300 late, takes 100 less, so it ends 200 late.
    PredictionErrors errors = read(0, row(0, INFER, OK, 1_000, 900, 5_000, 5_200));
    assertErrors(List.of(), List.of(300L), errors.take(Figure.INFER_START));
    assertErrors(List.of(100L), List.of(), errors.take(Figure.INFER_DURATION));
    assertErrors(List.of(), List.of(200L), errors.take(Figure.INFER_COMPLETION));
  }

  @Test
  void loadsAreToldApart() throws Exception {
    PredictionErrors errors =
        read(0, row(0, INFER, OK, 10, 10, 20, 20), row(5, LOAD, OK, 800, 850, 900, 990));
    assertErrors(List.of(), List.of(50L), errors.take(Figure.LOAD_DURATION));
    assertErrors(List.of(), List.of(90L), errors.take(Figure.LOAD_COMPLETION));
    assertErrors(List.of(), List.of(0L), errors.take(Figure.INFER_DURATION));
  }

  @Test
  void whatWasRefusedOrUnloadedHasNoErrors() throws Exception {
    PredictionErrors errors =
        read(
            0,
            row(0, INFER, OK, 10, 10, 20, 20),
            row(1, INFER, TOO_LATE, 10, 0, 20, 0),
            row(2, UNLOAD, OK, 0, 0, 0, 0));
    assertErrors(List.of(), List.of(0L), errors.take(Figure.INFER_COMPLETION));
    assertErrors(List.of(), List.of(), errors.take(Figure.LOAD_COMPLETION));
  }

  @Test
  void theWarmUpCountsFromTheFirstInferAndIsLeftOut() throws Exception {
    PredictionErrors errors =
        read(
            100,
            row(0, LOAD, OK, 10, 17, 20, 27),
            row(50, INFER, OK, 10, 15, 20, 25),
            row(149, INFER, OK, 10, 14, 20, 24),
            row(150, INFER, OK, 10, 13, 20, 23));
    assertErrors(List.of(), List.of(3L), errors.take(Figure.INFER_DURATION));
    assertErrors(List.of(), List.of(), errors.take(Figure.LOAD_DURATION));
  }

  private PredictionErrors read(long warmUpNanos, String... rows) throws IOException {
    Files.writeString(
        folder.resolve("clockwork_action_log.tsv"), HEADER + "\n" + String.join("\n", rows) + "\n");
    return PredictionLog.read(folder, warmUpNanos);
  }

  private static String row(
      long t,
      int type,
      int status,
      long expectedNanos,
      long tookNanos,
      long expectedEndNanos,
      long endedNanos) {
    return String.join(
        "\t",
        List.of(t, type, status, expectedNanos, tookNanos, expectedEndNanos, endedNanos).stream()
            .map(Object::toString)
            .toList());
  }

  private static void assertErrors(
      List<Long> early, List<Long> late, PredictionErrors.Errors errors) {
    assertEquals(early, values(errors.early()));
    assertEquals(late, values(errors.late()));
  }

  private static List<Long> values(Histogram histogram) {
    return StreamSupport.stream(histogram.recordedValues().spliterator(), false)
        .map(HistogramIterationValue::getValueIteratedTo)
        .toList();
  }
}
