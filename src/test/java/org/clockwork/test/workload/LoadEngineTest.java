package org.clockwork.test.workload;

import static org.clockwork.test.workload.LoadRig.MILLIS;
import static org.clockwork.test.workload.LoadRig.SECOND;
import static org.clockwork.test.workload.LoadRig.SUCCESS;
import static org.clockwork.test.workload.LoadRig.workload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.workload.ArrivalProcess.BurstyClosed;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.FixedRate;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Bursts;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Course.Step;
import org.clockwork.core.workload.Course.Stepped;
import org.clockwork.core.workload.Distribution;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.LoadEngine;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Workload;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class LoadEngineTest {
  private static final Ending HINTLESS_REFUSAL = new Ending.Refused(RefusalCause.QUEUE, 0);

  @Test
  void theOpenLoopDoesNotWaitForAnswers() {
    LoadRig rig = new LoadRig(workload(new Poisson(Course.constant(1_000))), 10 * SECOND, 1);
    rig.start();
    rig.playUntil(10 * SECOND);
    assertEquals(10_000, rig.sent.size(), 400);
    assertEquals(0, rig.dones);
    rig.answerAll(SUCCESS);
    assertEquals(1, rig.dones);
  }

  @Test
  void aStalledEngineStillSendsEveryRequestWithItsIntendedTime() {
    Seeds.each(
        300,
        seed -> {
          LoadRig punctual = open(seed);
          punctual.playUntil(SECOND);
          LoadRig stalled = open(seed);
          SplittableRandom chance = new SplittableRandom(seed);
          long stalledNanos = 0;
          while (stalledNanos < SECOND) {
            long nanos = chance.nextLong(SECOND / 2);
            stalled.stall(nanos);
            stalledNanos += nanos;
          }
          assertEquals(punctual.intendedNanos(), stalled.intendedNanos());
        });
  }

  @Test
  void answersShiftNoOpenArrival() {
    Seeds.each(
        200,
        seed -> {
          LoadRig silent = open(seed);
          silent.playUntil(SECOND);
          LoadRig answering = open(seed);
          for (long nanos = 0; nanos <= SECOND; nanos += 10 * MILLIS) {
            answering.playUntil(nanos);
            answering.answerAll(seed % 2 == 0 ? SUCCESS : HINTLESS_REFUSAL);
          }
          assertEquals(silent.intendedNanos(), answering.intendedNanos());
        });
  }

  @Test
  void whatOneStreamDoesShiftsNoOther() {
    LoadRig alone = new LoadRig(workload(new Poisson(Course.constant(100))), SECOND, 5);
    LoadRig together =
        new LoadRig(
            workload(new Poisson(Course.constant(100)), new Poisson(Course.constant(900))),
            SECOND,
            5);
    alone.start();
    together.start();
    alone.playUntil(SECOND);
    together.playUntil(SECOND);
    assertEquals(
        alone.intendedNanos(),
        together.sent.stream()
            .filter(offer -> offer.stream() == 0)
            .map(offer -> offer.intendedNanos() - 7 * SECOND)
            .toList());
  }

  @Test
  void aClosedLoopNeverExceedsItsConcurrencyAndKeepsIt() {
    Seeds.each(
        300,
        seed -> {
          SplittableRandom chance = new SplittableRandom(seed);
          int concurrency = chance.nextInt(1, 20);
          LoadRig rig = new LoadRig(workload(ClosedLoop.of(concurrency)), Course.NEVER, seed);
          rig.start();
          for (int step = 0; step < 200; step++) {
            assertTrue(rig.outstanding() <= concurrency);
            if (rig.outstanding() > 0 && chance.nextInt(3) > 0) {
              boolean refused = chance.nextInt(4) == 0;
              rig.answerOldest(refused ? HINTLESS_REFUSAL : SUCCESS);
            } else {
              rig.stall(chance.nextLong(10 * MILLIS));
            }
          }
          // Everyone who was refused is back after 15 ms at most.
          rig.stall(15 * MILLIS);
          assertEquals(concurrency, rig.outstanding());
        });
  }

  @Test
  void aClosedLoopSendsTheNextAtOnceWhenAnswered() {
    LoadRig rig = new LoadRig(workload(ClosedLoop.of(1)), Course.NEVER, 1);
    rig.start();
    rig.stall(3 * MILLIS);
    rig.answerOldest(SUCCESS);
    rig.stall(4 * MILLIS);
    rig.answerOldest(new Ending.TimedOut());
    assertEquals(List.of(0L, 3 * MILLIS, 7 * MILLIS), rig.intendedNanos());
  }

  @Test
  void aRefusedClientWaitsBetweenFiveAndFifteenMillis() {
    long[] waitsNanos = new long[1_000];
    Seeds.each(
        1_000, seed -> waitsNanos[(int) seed % 1_000] = waitNanosAfter(HINTLESS_REFUSAL, seed));
    long sumNanos = 0;
    for (long waitNanos : waitsNanos) {
      assertTrue(waitNanos >= 5 * MILLIS && waitNanos <= 15 * MILLIS, waitNanos + " ns");
      sumNanos += waitNanos;
    }
    assertEquals(10.0 * MILLIS, sumNanos / 1_000.0, 0.4 * MILLIS);
  }

  @Test
  void aRefusedClientWaitsForALaterHintButAtMostTwentyMillis() {
    Seeds.each(
        200,
        seed -> {
          assertEquals(18 * MILLIS, waitNanosAfter(refusal(18 * MILLIS), seed));
          assertEquals(20 * MILLIS, waitNanosAfter(refusal(SECOND), seed));
          assertEquals(
              waitNanosAfter(HINTLESS_REFUSAL, seed), waitNanosAfter(refusal(MILLIS), seed));
        });
  }

  @Test
  void aFailureThatComesAtOnceIsNotSpunOn() {
    Seeds.each(
        100, seed -> assertTrue(waitNanosAfter(new Ending.Failed("broken"), seed) >= 5 * MILLIS));
  }

  @Test
  void aClosedLoopEndsAfterItsRequests() {
    for (int requests : new int[] {1, 3, 4, 5, 100}) {
      LoadRig rig = new LoadRig(workload(new ClosedLoop(4, requests, 0)), Course.NEVER, 1);
      rig.start();
      while (rig.dones == 0) {
        rig.answerOldest(SUCCESS);
      }
      assertEquals(requests, rig.sent.size());
      assertEquals(0, rig.outstanding());
    }
  }

  @Test
  void startJitterSpreadsTheFirstRequests() {
    LoadRig rig =
        new LoadRig(workload(new ClosedLoop(500, Long.MAX_VALUE, SECOND)), Course.NEVER, 1);
    rig.start();
    rig.playUntil(SECOND / 2);
    assertEquals(250, rig.sent.size(), 50);
    rig.playUntil(SECOND);
    assertEquals(500, rig.sent.size());
  }

  @Test
  void aBurstyClosedLoopSendsDuringBurstsOnly() {
    Bursts bursts = new Bursts(Distribution.FIXED, SECOND, Distribution.FIXED, 2 * SECOND);
    LoadRig rig = new LoadRig(workload(new BurstyClosed(3, bursts)), Course.NEVER, 1);
    rig.start();
    for (long nanos = 0; nanos < 30 * SECOND; nanos += 100 * MILLIS) {
      rig.playUntil(nanos);
      rig.answerAll(nanos % (300 * MILLIS) == 0 ? HINTLESS_REFUSAL : SUCCESS);
    }
    assertTrue(rig.sent.size() > 200);
    for (long nanos : rig.intendedNanos()) {
      assertTrue(nanos % (3 * SECOND) < SECOND, nanos + " is between bursts");
    }
  }

  @Test
  void requestsGoToTheModelsOfTheirStreamInTurn() {
    Workload.Stream stream =
        new Workload.Stream(
            List.of("a", "b", "c"),
            ClosedLoop.of(2),
            new Workload.Aim.Same(Objective.NONE),
            "tenant");
    LoadRig rig = new LoadRig(new Workload("turns", List.of(), List.of(stream)), Course.NEVER, 1);
    rig.start();
    for (int i = 0; i < 4; i++) {
      rig.answerOldest(SUCCESS);
    }
    assertEquals(
        List.of("a", "b", "c", "a", "b", "c"), rig.sent.stream().map(Offer::model).toList());
  }

  @Test
  void aSteppedFactorIsWhatRequestsAskForUntilItsBoundEndsTheRun() {
    Workload.Aim aim = new Workload.Aim.Factor(new Stepped(3, Step.ADD, -1, 1, SECOND));
    Workload.Stream stepped =
        new Workload.Stream(List.of("a"), new FixedRate(Course.constant(10)), aim, "default");
    Workload.Stream beside =
        new Workload.Stream(
            List.of("b"), ClosedLoop.of(1), new Workload.Aim.Same(Objective.NONE), "default");
    LoadRig rig =
        new LoadRig(new Workload("stepped", List.of(), List.of(stepped, beside)), Course.NEVER, 1);
    rig.start();
    rig.playUntil(10 * SECOND);
    List<Double> factors =
        rig.sent.stream()
            .filter(offer -> offer.model().equals("a"))
            .map(offer -> offer.objective().sloFactor().orElseThrow())
            .toList();
    assertEquals(30, factors.size());
    assertEquals(List.of(3.0, 2.0, 1.0), factors.stream().distinct().toList());
    rig.answerAll(SUCCESS);
    assertEquals(1, rig.dones, "the closed loop beside it ends too");
  }

  @Test
  void nothingIsOfferedFromTheEndOfTheRunOnAndItIsDoneWhenAllIsAnswered() {
    LoadRig rig =
        new LoadRig(workload(ClosedLoop.of(2), new FixedRate(Course.constant(100))), SECOND, 1);
    rig.start();
    rig.playUntil(2 * SECOND);
    assertTrue(rig.intendedNanos().stream().allMatch(nanos -> nanos < SECOND));
    assertEquals(102, rig.sent.size());
    rig.answerAll(SUCCESS);
    assertEquals(1, rig.dones);
    assertEquals(102, rig.sent.size());
  }

  @Test
  void aStopDrainsWhatIsOutstandingAndSendsWhatWasDueBefore() {
    LoadRig rig = new LoadRig(workload(new FixedRate(Course.constant(100))), Course.NEVER, 1);
    rig.start();
    rig.nowNanos += SECOND; // no wake-up came in all that time
    rig.stop();
    assertEquals(100, rig.sent.size());
    assertEquals(0, rig.dones);
    rig.playUntil(5 * SECOND);
    rig.answerAll(SUCCESS);
    assertEquals(1, rig.dones);
    assertEquals(100, rig.sent.size());
    rig.stop();
    assertEquals(1, rig.dones, "done is said once");
  }

  @Test
  void theLoadLastsUntilItsTimeIsUpOrItIsStoppedOrItEndsByItself() {
    LoadRig timed = new LoadRig(workload(new FixedRate(Course.constant(3))), SECOND, 1);
    timed.start();
    timed.playUntil(990 * MILLIS);
    timed.answerAll(SUCCESS);
    assertEquals(1, timed.dones, "the last request was answered before the time was up");
    assertEquals(SECOND, timed.loadNanos());

    LoadRig stopped = new LoadRig(workload(ClosedLoop.of(1)), 10 * SECOND, 1);
    stopped.start();
    stopped.nowNanos += 4 * SECOND;
    stopped.stop();
    stopped.nowNanos += SECOND;
    stopped.answerAll(SUCCESS);
    assertEquals(4 * SECOND, stopped.loadNanos());

    for (long runNanos : new long[] {10 * SECOND, Course.NEVER}) {
      LoadRig ended = new LoadRig(workload(new ClosedLoop(1, 2, 0)), runNanos, 1);
      ended.start();
      ended.answerOldest(SUCCESS);
      ended.nowNanos += 3 * SECOND;
      ended.answerOldest(SUCCESS);
      assertEquals(3 * SECOND, ended.loadNanos());
    }

    Course stepped = new Stepped(1, Step.MUL, 2, 4, SECOND);
    LoadRig bounded = new LoadRig(workload(new Poisson(stepped)), Course.NEVER, 1);
    bounded.start();
    bounded.playUntil(3 * SECOND - 1);
    bounded.answerAll(SUCCESS);
    assertEquals(3 * SECOND, bounded.loadNanos());
  }

  @Test
  void aStopBeforeTheModelsAreReadyIsDoneAtOnce() {
    LoadRig rig = new LoadRig(workload(ClosedLoop.of(2)), Course.NEVER, 1);
    rig.stop();
    assertEquals(1, rig.dones);
    rig.start();
    assertEquals(0, rig.sent.size());
  }

  @Test
  void aSecondAnswerIsSeen() {
    LoadRig rig = new LoadRig(workload(new ClosedLoop(1, 1, 0)), Course.NEVER, 1);
    LoadEngine engine = new LoadEngine(workload(new ClosedLoop(1, 1, 0)), Course.NEVER, 1);
    engine.on(new LoadEvent.ModelsReady(), 0, rig);
    LoadEvent answered = new LoadEvent.Answered(rig.sent.getFirst(), SUCCESS);
    engine.on(answered, 1, rig);
    IllegalStateException error =
        assertThrows(IllegalStateException.class, () -> engine.on(answered, 2, rig));
    assertTrue(error.getMessage().contains("offer 0 to model0"), error.getMessage());
  }

  private static LoadRig open(long seed) {
    LoadRig rig =
        new LoadRig(
            workload(new Poisson(Course.constant(300)), new FixedRate(Course.constant(50))),
            SECOND,
            seed);
    rig.start();
    return rig;
  }

  private static Ending refusal(long retryAfterNanos) {
    return new Ending.Refused(RefusalCause.COLD_START, retryAfterNanos);
  }

  private static long waitNanosAfter(Ending ending, long seed) {
    LoadRig rig = new LoadRig(workload(ClosedLoop.of(1)), Course.NEVER, seed);
    rig.start();
    rig.answerOldest(ending);
    rig.playUntil(SECOND);
    return rig.intendedNanos().getLast();
  }
}
