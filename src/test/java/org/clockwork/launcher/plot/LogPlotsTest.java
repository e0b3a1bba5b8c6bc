package org.clockwork.launcher.plot;

import static org.clockwork.launcher.plot.WrittenLogs.MILLIS;
import static org.clockwork.launcher.plot.WrittenLogs.SLO_NANOS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.clockwork.controller.telemetry.PredictionErrors.Errors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.clockwork.launcher.config.UnusableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The published analysis over both logs comes to what happened, as told by the events themselves.
 */
class LogPlotsTest {
  private static final int REQUESTS = 3_000;
  private static final int ACTIONS = 2_000;

  @TempDir Path folder;

  private final List<RequestEnded> requests = WrittenLogs.requests(1, REQUESTS, 2_000 * MILLIS);
  private final List<ActionEnded> actions = WrittenLogs.actions(2, ACTIONS, 2_000 * MILLIS);

  @Test
  void goodputIsWhatWasAnsweredInTimeOverTheTimeOfAllArrivals() {
    RequestFigures figures = written().requests();
    long met = requests.stream().filter(RequestEnded::met).count();
    long late =
        requests.stream()
            .filter(r -> r.result() instanceof Result.Succeeded && r.latencyNanos() > SLO_NANOS)
            .count();
    double seconds =
        (most(r -> r.request().arrivedNanos()) + most(r -> -r.request().arrivedNanos())) / 1e9;
    assertTrue(met > 1_000 && late > 100, met + " " + late);
    assertEquals(REQUESTS, figures.offered());
    assertEquals(met, figures.met());
    assertEquals(succeeded().size(), figures.succeeded());
    assertEquals(met / seconds, figures.goodputPerSecond(), 1e-9);
    assertEquals(REQUESTS / seconds, figures.offeredPerSecond(), 1e-9);
    assertEquals((double) met / REQUESTS, figures.metFraction(), 1e-12);
    assertEquals(
        requests.stream().filter(r -> r.result() instanceof Result.Refused).count(),
        figures.refused());
    assertEquals(Optional.of(SLO_NANOS), figures.sloNanos());
  }

  @Test
  void coldStartsAreCountedAmongThoseThatSucceeded() {
    RequestFigures figures = written().requests();
    List<RequestEnded> cold = succeeded().stream().filter(RequestEnded::coldStart).toList();
    assertEquals((double) cold.size() / succeeded().size(), figures.coldFraction(), 1e-12);
    assertPercentile(cold, RequestEnded::latencyNanos, 50, figures.coldNanos());
  }

  @Test
  void latencyIsThatOfRequestsThatSucceeded() {
    Histogram latency = written().requests().latencyNanos();
    for (double percentile : new double[] {50, 99, 99.9, 100}) {
      assertPercentile(succeeded(), RequestEnded::latencyNanos, percentile, latency);
    }
  }

  @Test
  void percentilesOfPredictionErrorsAreThoseOfWhatHappenedEarlyAndLateApart() {
    ActionFigures figures = written().actions();
    for (ActionType type : List.of(ActionType.INFER, ActionType.LOAD)) {
      List<ActionEnded> done =
          actions.stream()
              .filter(a -> a.type() == type && !(a.outcome() instanceof Outcome.Refused))
              .toList();
      boolean infer = type == ActionType.INFER;
      assertErrors(
          done,
          LogPlotsTest::durationError,
          figures.errors(infer ? Figure.INFER_DURATION : Figure.LOAD_DURATION));
      assertErrors(
          done,
          action -> endedNanos(action) - action.prediction().endNanos(),
          figures.errors(infer ? Figure.INFER_COMPLETION : Figure.LOAD_COMPLETION));
    }
  }

  @Test
  void batchesAreCountedBySize() {
    ActionFigures figures = written().actions();
    assertEquals(List.of(1, 2, 4, 8), List.copyOf(figures.infersBySize().keySet()));
    figures
        .infersBySize()
        .forEach(
            (size, count) ->
                assertEquals(
                    actions.stream()
                        .filter(a -> a.type() == ActionType.INFER && a.batch() == size)
                        .count(),
                    count));
  }

  @Test
  void partsThatWereSetAsideBelongToTheRun() {
    List<Telemetry> all = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      all.add(requests.get(i));
      if (i % 3 < 2) {
        all.add(actions.get(i / 3 * 2 + i % 3));
      }
    }
    for (int i = 0; i < all.size(); i += 450) {
      WrittenLogs.write(folder, all.subList(i, Math.min(all.size(), i + 450)));
    }
    LogPlots plots = LogPlots.read(folder);
    WrittenLogs.write(folder.resolve("whole"), all);
    assertEquals(LogPlots.read(folder.resolve("whole")).text(), plots.text());
    assertTrue(!plots.text().contains("left out"), plots.text());
  }

  @Test
  void ofSeveralRunsTheLastOneCountsAlsoWhereItBeganLaterThanTheOneBeforeEnded() {
    write(WrittenLogs.requests(5, 400, 0), WrittenLogs.actions(6, 300, 0));
    write(
        WrittenLogs.requests(7, 300, 60_000 * MILLIS),
        WrittenLogs.actions(8, 200, 60_000 * MILLIS));
    LogPlots second = LogPlots.read(folder);
    assertEquals(300, second.requests().offered());
    assertTrue(infers(second) < 200, "INFERs: " + infers(second));
    write(List.of(), List.of());
    write(requests, actions);
    LogPlots plots = LogPlots.read(folder);
    assertEquals(REQUESTS, plots.requests().offered());
    assertTrue(plots.text().endsWith("the logs of 2 before it are left out"), plots.text());
  }

  @Test
  void aRunInWhichNothingHappenedIsSaidSo() {
    write(requests, actions);
    write(List.of(), List.of());
    String message =
        assertThrows(UnusableException.class, () -> LogPlots.read(folder)).getMessage();
    assertTrue(
        message.contains("clockwork_request_log.tsv: no request has ended in this run"), message);
    write(WrittenLogs.requests(1, 1, 0), List.of());
    message = assertThrows(UnusableException.class, () -> LogPlots.read(folder)).getMessage();
    assertTrue(
        message.contains("clockwork_action_log.tsv: no action has ended in this run"), message);
  }

  @Test
  void aPartInWhichNothingStandsBeganARunThatWasNotTheOneBefore() {
    write(WrittenLogs.requests(5, 1, 0), WrittenLogs.actions(7, 1, 0));
    write(List.of(), List.of());
    write(WrittenLogs.requests(5, 1, 60_000 * MILLIS), WrittenLogs.actions(7, 1, 60_000 * MILLIS));
    assertEquals(1, LogPlots.read(folder).requests().offered());
  }

  private static long infers(LogPlots plots) {
    return plots.actions().infersBySize().values().stream().mapToLong(n -> n).sum();
  }

  private LogPlots written() {
    write(requests, actions);
    return LogPlots.read(folder);
  }

  private void write(List<RequestEnded> ended, List<ActionEnded> done) {
    List<Telemetry> all = new ArrayList<>(ended);
    all.addAll(done);
    WrittenLogs.write(folder, all);
  }

  private List<RequestEnded> succeeded() {
    return requests.stream().filter(r -> r.result() instanceof Result.Succeeded).toList();
  }

  private long most(ToLongFunction<RequestEnded> value) {
    return requests.stream().mapToLong(value).max().orElseThrow();
  }

  private static long durationError(ActionEnded action) {
    long tookNanos =
        switch (action.outcome()) {
          case Outcome.Inferred inferred -> inferred.exec().nanos();
          case Outcome.Loaded loaded -> loaded.load().nanos();
          default -> throw new IllegalArgumentException(action.toString());
        };
    return tookNanos - action.prediction().durationNanos();
  }

  private static long endedNanos(ActionEnded action) {
    return action.nanos() - MILLIS;
  }

  private static void assertErrors(
      List<ActionEnded> done, ToLongFunction<ActionEnded> error, Errors read) {
    List<Long> errors = done.stream().map(error::applyAsLong).toList();
    for (double percentile : new double[] {50, 99}) {
      assertPercentile(
          errors.stream().filter(e -> e < 0).toList(), e -> -e, percentile, read.early());
      assertPercentile(
          errors.stream().filter(e -> e >= 0).toList(), e -> e, percentile, read.late());
    }
  }

  /** By counting off, in order; a histogram is off by at most 0.1 %. */
  private static <T> void assertPercentile(
      List<T> all, ToLongFunction<T> value, double percentile, Histogram read) {
    long[] sorted = all.stream().mapToLong(value).sorted().toArray();
    assertTrue(sorted.length > 50, () -> "too few to tell: " + sorted.length);
    long expected = sorted[(int) Math.ceil(percentile / 100 * sorted.length) - 1];
    assertEquals(sorted.length, read.getTotalCount());
    assertEquals(
        (double) expected, (double) read.getValueAtPercentile(percentile), expected * 0.001 + 1);
  }
}
