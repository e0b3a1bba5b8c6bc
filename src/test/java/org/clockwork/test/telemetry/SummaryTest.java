package org.clockwork.test.telemetry;

import static org.clockwork.test.telemetry.SampleEvents.MILLIS;
import static org.clockwork.test.telemetry.SampleEvents.START;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.clockwork.controller.telemetry.Summary;
import org.clockwork.controller.telemetry.WorkerTraffic;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.telemetry.Telemetry;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private final Summary summary = new Summary(START);

  @Test
  void anExecutorThatWorkedHasALineInThePublishedWording() {
    summary.accept(SampleEvents.inferred());
    summary.accept(SampleEvents.loaded());
    assertEquals(
        List.of(
            "W0-GPU0 LoadW min=7.00 max=7.00 mean=7.00 e2emean=9.00 e2emax=9.00 throughput=0.1"
                + " utilization=0.00 clock=[0-0] norm_max=0.00 norm_mean=0.00",
            "W0-GPU0 Infer min=4.00 max=4.00 mean=4.00 e2emean=9.00 e2emax=9.00 throughput=0.1"
                + " utilization=0.00 clock=[0-0] norm_max=4.00 norm_mean=4.00 goodput=0.2"),
        printed());
  }

  @Test
  void clientsHaveALineInThePublishedWordingWithGoodputAndRefusals() {
    summary.accept(SampleEvents.ended(1, 50, new Telemetry.Result.Succeeded(1, MILLIS)));
    summary.accept(SampleEvents.ended(2, 150, new Telemetry.Result.Succeeded(1, MILLIS)));
    summary.accept(
        SampleEvents.ended(3, 1, new Telemetry.Result.Refused(RefusalCause.QUEUE, "full", 0)));
    summary.accept(SampleEvents.ended(4, 95, new Telemetry.Result.TimedOut()));
    assertEquals(
        List.of(
            "Client throughput=0.2 success=50.00% min=50.0 max=150.1 mean=100.0 goodput=0.1"
                + " refused=1 p50=50.0 p99=150.1 p99.9=150.1"),
        printed());
  }

  @Test
  void theNetworkHasALineInThePublishedWordingWhereItIsWatched() {
    summary.watch(() -> new WorkerTraffic.Passed(3_610, 314_000_000, 3_620, 14_000_000));
    assertEquals(
        List.of("Network->Workers: 31.4MB/s (361 msgs) snd, 1.4MB/s (362 msgs) rcv,"), printed());
  }

  @Test
  void aRefusedActionDidNoWork() {
    summary.accept(SampleEvents.refused());
    assertEquals(List.of(), printed());
  }

  @Test
  void eachSummaryTellsOfItsOwnSecondsOnly() {
    summary.accept(SampleEvents.inferred());
    printed();
    assertEquals(List.of(), printed());
  }

  @Test
  void predictionErrorsKeepEarlyAndLateApart() {
    PredictionErrors errors = new PredictionErrors();
    errors.accept(SampleEvents.inferred());
    errors.accept(SampleEvents.loaded());
    assertEquals(List.of(0L, 1L), counts(errors, Figure.INFER_START));
    assertEquals(List.of(0L, 1L), counts(errors, Figure.INFER_DURATION));
    assertEquals(List.of(0L, 1L), counts(errors, Figure.INFER_COMPLETION));
    assertEquals(List.of(1L, 0L), counts(errors, Figure.LOAD_DURATION));
    assertEquals(List.of(1L, 0L), counts(errors, Figure.LOAD_COMPLETION));
  }

  @Test
  void aPredictionErrorIsCountedOnce() {
    PredictionErrors errors = new PredictionErrors();
    errors.accept(SampleEvents.inferred());
    PredictionErrors.Errors first = errors.take(Figure.INFER_COMPLETION);
    assertEquals(2, first.late().getMaxValue() / MILLIS);
    assertEquals(List.of(0L, 0L), counts(errors, Figure.INFER_COMPLETION));
  }

  private List<String> printed() {
    List<String> lines = new ArrayList<>();
    summary.print(START + 10_000 * MILLIS, lines::add);
    return lines;
  }

  private static List<Long> counts(PredictionErrors errors, Figure figure) {
    PredictionErrors.Errors taken = errors.take(figure);
    return List.of(taken.early().getTotalCount(), taken.late().getTotalCount());
  }
}
