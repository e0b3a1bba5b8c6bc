package org.clockwork.test.workload;

import static org.clockwork.test.workload.LoadRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.ArrivalProcess.BurstyOpen;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.FixedRate;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Bursts;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Course.Step;
import org.clockwork.core.workload.Course.Stepped;
import org.clockwork.core.workload.Distribution;
import org.clockwork.core.workload.Timeline;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class ArrivalProcessTest {
  private static final ArrivalProcess.Open FIXED = new FixedRate(Course.constant(250));
  private static final ArrivalProcess.Open POISSON = new Poisson(Course.constant(250));
  private static final ArrivalProcess.Open BURSTY =
      new BurstyOpen(Distribution.EXPONENTIAL, 250, Bursts.exponential(SECOND / 10, SECOND / 5));

  @Test
  void theSameSeedGivesTheSameArrivalsAndAnotherGivesOthers() {
    for (ArrivalProcess.Open process : List.of(FIXED, POISSON, BURSTY)) {
      Seeds.each(
          200,
          seed -> {
            assertEquals(until(SECOND, process, seed), until(SECOND, process, seed));
            assertTrue(!until(SECOND, process, seed).equals(until(SECOND, process, seed + 1)));
          });
    }
  }

  @Test
  void arrivalsAscend() {
    for (ArrivalProcess.Open process : List.of(FIXED, POISSON, BURSTY)) {
      Seeds.each(
          500,
          seed -> {
            long lastNanos = 0;
            for (long nanos : until(SECOND, process, seed)) {
              assertTrue(nanos >= lastNanos, nanos + " after " + lastNanos);
              lastNanos = nanos;
            }
          });
    }
  }

  @Test
  void aFixedRateIsEvenAndDoesNotDrift() {
    Seeds.each(
        100,
        seed -> {
          List<Long> arrivals = until(1_000 * SECOND, new FixedRate(Course.constant(3)), seed);
          assertEquals(3_000, arrivals.size());
          for (int i = 1; i < arrivals.size(); i++) {
            assertEquals(arrivals.getFirst() + i * 1e9 / 3, arrivals.get(i), 1.1);
          }
        });
  }

  @Test
  void fixedRatesDoNotAllFireAtOnce() {
    List<Long> firsts = new ArrayList<>();
    Seeds.each(100, seed -> firsts.add(until(SECOND, FIXED, seed).getFirst()));
    assertTrue(firsts.stream().distinct().count() >= 99);
    assertEquals(2e6, mean(firsts), 0.4e6);
  }

  @Test
  void poissonArrivalsHaveTheRateAndTheSpreadOfAPoissonProcess() {
    List<Long> counts = new ArrayList<>();
    List<Long> gaps = new ArrayList<>();
    Seeds.each(
        1_000,
        seed -> {
          List<Long> arrivals = until(SECOND, POISSON, seed);
          counts.add((long) arrivals.size());
          for (int i = 1; i < arrivals.size(); i++) {
            gaps.add(arrivals.get(i) - arrivals.get(i - 1));
          }
        });
    // Mean 250 ± 4 standard errors of 0.5; the variance of a Poisson count is its mean.
    assertEquals(250, mean(counts), 2);
    assertEquals(250, variance(counts), 50);
    // Exponential gaps: as much spread as mean, and 1 − 1/e of them shorter than the mean.
    assertEquals(4e6, mean(gaps), 0.05e6);
    assertEquals(4e6, Math.sqrt(variance(gaps)), 0.1e6);
    double shorter = gaps.stream().filter(gap -> gap < 4e6).count() / (double) gaps.size();
    assertEquals(1 - 1 / Math.E, shorter, 0.01);
  }

  @Test
  void burstsTakeTheirShareOfTheTimeAndAreSilentBetween() {
    List<Long> counts = new ArrayList<>();
    Seeds.each(400, seed -> counts.add((long) until(30 * SECOND, BURSTY, seed).size()));
    // On for 0.1 s in every 0.3 s on average: a third of 250/s for 30 s.
    assertEquals(2_500, mean(counts), 75);
    // Far more spread than the Poisson process with the same mean has.
    assertTrue(variance(counts) > 10 * 2_500, "variance " + variance(counts));
  }

  @Test
  void fixedBurstsBeginAndEndOnTheMinute() {
    ArrivalProcess.Open process =
        new BurstyOpen(
            Distribution.EXPONENTIAL,
            1_000,
            new Bursts(Distribution.FIXED, SECOND, Distribution.FIXED, 2 * SECOND));
    Seeds.each(
        50,
        seed -> {
          List<Long> arrivals = until(30 * SECOND, process, seed);
          assertTrue(arrivals.stream().allMatch(nanos -> nanos % (3 * SECOND) < SECOND));
          assertEquals(10_000, arrivals.size(), 500);
        });
  }

  @Test
  void aSteppedRateHoldsInEachPeriodAndEndsWithItsBound() {
    // 100, 200, 400, 800 per second for 2 s each.
    ArrivalProcess.Open process = new Poisson(new Stepped(100, Step.MUL, 2, 800, 2 * SECOND));
    long[] arrivals = new long[4];
    Seeds.each(
        200,
        seed -> {
          for (long nanos : until(Course.NEVER, process, seed)) {
            arrivals[(int) (nanos / (2 * SECOND))]++;
          }
        });
    for (int period = 0; period < 4; period++) {
      double expected = 200 * 200.0 * (1 << period);
      assertEquals(expected, (double) arrivals[period], 5 * Math.sqrt(expected));
    }
    assertEquals(8 * SECOND, process.endNanos());
  }

  @Test
  void aGapThatOutlastsManyPeriodsTakesItsPartFromEach() {
    // From 1 to 2 per second in 101 periods of 0.1 s: 15.15 requests in all, less than one in each.
    ArrivalProcess.Open process = new FixedRate(new Stepped(1, Step.ADD, 0.01, 2, SECOND / 10));
    List<Long> counts = new ArrayList<>();
    Seeds.each(1_000, seed -> counts.add((long) until(Course.NEVER, process, seed).size()));
    assertTrue(counts.stream().allMatch(count -> count == 15 || count == 16));
    assertEquals(15.15, mean(counts), 0.05);
  }

  @Test
  void aCourseStepsByAddingOrMultiplyingUntilItsBound() {
    Stepped down = new Stepped(10, Step.ADD, -1, 1, SECOND);
    assertEquals(10 * SECOND, down.endNanos());
    assertEquals(10, down.at(SECOND - 1));
    assertEquals(9, down.at(SECOND));
    assertEquals(1, down.at(10 * SECOND - 1));
    Stepped up = new Stepped(4, Step.MUL, 1.25, 10, 10 * SECOND);
    // 4, 5, 6.25, 7.8125, 9.765625; the next would be past 10.
    assertEquals(50 * SECOND, up.endNanos());
    assertEquals(9.765625, up.at(49 * SECOND), 1e-9);
    assertEquals(20 * SECOND, up.nextChangeNanos(10 * SECOND));
    assertEquals(Course.NEVER, up.nextChangeNanos(40 * SECOND));
    // Ten times 0.1 is not quite 1, but it is meant to be.
    assertEquals(10 * SECOND, new Stepped(0.1, Step.ADD, 0.1, 1.0, SECOND).endNanos());
  }

  @Test
  void aCourseThatNeverReachesItsBoundIsAnError() {
    for (double by : new double[] {1, 0.5, 0, -2, Double.NaN}) {
      IllegalArgumentException error =
          assertThrows(
              IllegalArgumentException.class, () -> new Stepped(4, Step.MUL, by, 10, SECOND));
      assertTrue(error.getMessage().contains("never reaches bound=10.0"), error.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> new Stepped(4, Step.ADD, -1, 10, SECOND));
    assertThrows(IllegalArgumentException.class, () -> new Stepped(4, Step.ADD, 1, 10, 0));
  }

  @Test
  void aRateOrConcurrencyThatMakesNoSenseIsAnError() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new Poisson(Course.constant(rate)));
    }
    assertThrows(IllegalArgumentException.class, () -> ClosedLoop.of(0));
    assertThrows(IllegalArgumentException.class, () -> new ClosedLoop(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Bursts.exponential(0, 1));
  }

  private static List<Long> until(long endNanos, ArrivalProcess.Open process, long seed) {
    Timeline timeline = process.timeline(new SplittableRandom(seed));
    List<Long> arrivals = new ArrayList<>();
    for (long nanos = timeline.nextNanos(); nanos < endNanos; nanos = timeline.nextNanos()) {
      arrivals.add(nanos);
    }
    return arrivals;
  }

  private static double mean(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).average().orElseThrow();
  }

  private static double variance(List<Long> values) {
    double mean = mean(values);
    return values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum()
        / (values.size() - 1);
  }
}
