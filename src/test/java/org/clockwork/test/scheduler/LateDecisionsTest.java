package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.AHEAD;
import static org.clockwork.test.scheduler.SchedulerScene.LEG;
import static org.clockwork.test.scheduler.SchedulerScene.MARGIN;
import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the default policy decides, and when. A batch of n takes n + 1 ms. */
class LateDecisionsTest {
  private final SchedulerScene scene = new SchedulerScene("default", SchedulerConfig.DEFAULT);
  private ModelId running;
  private ModelId waiting;

  @BeforeEach
  void twoModelsAreOnOneGpu() {
    scene.joins("w", 100);
    running = warm("m");
    waiting = warm("n");
    // Nobody remembers now who was in a hurry, but somebody was just there and back.
    scene.passes(2_000 * MILLIS);
    scene.submits(running, 1, 1_000);
    scene.succeeds(scene.infers().getFirst());
  }

  private ModelId warm(String name) {
    ModelId model = scene.serves(name);
    scene.submits(model, 1, 1_000);
    scene.succeeds(scene.loads().getFirst());
    scene.succeeds(scene.infers().getFirst());
    return model;
  }

  @Test
  void anIdleGpuWaitsForNothing() {
    RequestId request = scene.submits(waiting, 1, 1_000);

    assertEquals(List.of(request), SchedulerScene.requestsOf(scene.infers().getFirst()));
  }

  @Test
  void theNextBatchIsDecidedJustBeforeTheGpuIsFree() {
    scene.submits(running, 16, 1_000);
    RequestId early = scene.submits(waiting, 1, 1_000);

    scene.passes(LEG + 17 * MILLIS - AHEAD);
    assertEquals(1, scene.infers().size());
    RequestId late = scene.submits(waiting, 1, 1_000);
    scene.passes(1);

    assertEquals(List.of(early, late), SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void whoCanBeInNoBatchAnyMoreIsToldSoAtOnceAndNotAtTheDeadline() {
    scene.submits(running, 16, 1_000);
    RequestId hopeless = scene.submits(waiting, 1, 15);

    scene.passes(15 * MILLIS - 2 * MILLIS - MARGIN - LEG);
    assertTrue(scene.endOf(hopeless).isEmpty(), "it could still have run");
    scene.passes(1);

    var refused = assertInstanceOf(Verdict.Refused.class, scene.endOf(hopeless).getFirst());
    assertEquals(RefusalCause.QUEUE, refused.cause());
  }

  @Test
  void aWayThatWasSlowOnceKeepsNobodyOutForEver() {
    // What both ways take would leave time, what they may vary by does not.
    long tight = 2 * MILLIS + 2 * LEG + LEG / 4;
    RequestId refused = scene.submits(waiting, 1, Duration.ofNanos(tight));
    assertInstanceOf(Verdict.Refused.class, scene.endOf(refused).getFirst());

    scene.passes(3_000 * MILLIS);
    scene.submits(waiting, 1, Duration.ofNanos(tight));

    assertEquals(1, scene.infers().size(), "nothing was measured for seconds: it is tried");
  }

  @Test
  void inputsThatWereSlowOnceKeepNobodyOutForEver() {
    int slow = 0;
    while (!(endOfHeldRequest() instanceof Verdict.Refused)) {
      assertTrue(++slow < 10, "half of the last ten count");
    }

    scene.passes(1_500 * MILLIS);
    RequestId tried = scene.submitsHeld(waiting, 602_112, 100);

    assertEquals(List.of(tried), SchedulerScene.requestsOf(scene.infers().getFirst()));
  }

  /** What becomes of a request whose inputs are not at their worker for 900 ms. */
  private Verdict endOfHeldRequest() {
    RequestId request = scene.submitsHeld(waiting, 602_112, 100);
    scene.passes(900 * MILLIS);
    scene.infers().forEach(late -> scene.isRefused(late, ErrorCode.INPUT_TOO_LATE));
    return scene.endOf(request).getFirst();
  }

  @Test
  void whomOnlyTheSmallestBatchWouldKeepWaitingTooLongIsServedInALargerOne() {
    runsOneRequest(1_500 * MILLIS);

    assertEquals(2, runsOneRequest(2 * MILLIS));
    assertEquals(1, runsOneRequest(2 * MILLIS), "two have just taken 3 ms, so one takes no more");
  }

  @Test
  void aBatchSizeThatWasSlowIsRunAgainOnceALargerOneWasFaster() {
    assertEquals(1, runsOneRequest(9 * MILLIS));
    assertEquals(2, runsOneRequest(2 * MILLIS), "which is believed to take 3 ms");

    assertEquals(1, runsOneRequest(2 * MILLIS), "two have just taken 3 ms, so one takes no more");
  }

  /**
   * Says how large its batch was.
   *
   * @param singleNanos what a batch of one takes; one of two takes 3 ms
   */
  private int runsOneRequest(long singleNanos) {
    scene.submits(waiting, 1, 1_000);
    Action.Infer infer = scene.infers().getFirst();
    long execNanos = infer.batch() == 1 ? singleNanos : 3 * MILLIS;
    scene.passes(2 * LEG + execNanos);
    scene.succeedsIn(infer, execNanos);
    return infer.batch();
  }

  @Test
  void whoseTimeIsPlannedAwayAlreadyIsRefusedAtArrival() {
    scene.submits(running, 16, 1_000);

    // Free at 17.2 ms; batches of 8 take 9 ms; the last 36 ms planned are beyond what fits.
    List<RequestId> held = scene.submitsEach(waiting, 40, 20);
    RequestId tooMuch = scene.submits(waiting, 1, 20);

    for (RequestId each : held) {
      assertTrue(scene.endOf(each).isEmpty(), "it may be in one of the planned batches");
    }
    var refused = assertInstanceOf(Verdict.Refused.class, scene.endOf(tooMuch).getFirst());
    assertEquals(RefusalCause.QUEUE, refused.cause());
    long late = LEG + 17 * MILLIS + 5 * 9 * MILLIS + 2 * MILLIS + MARGIN - (20 + 36) * MILLIS;
    assertEquals(late, refused.retryAfterNanos());
    String beyond = "it would be %.1f ms late".formatted((late + 36 * MILLIS) / 1e6);
    assertTrue(refused.reason().endsWith(beyond), refused.reason());
  }

  @Test
  void whoWouldBeLoadedTooLateIsToldSoAtArrival() {
    SchedulerScene cold = new SchedulerScene("default", SchedulerConfig.DEFAULT);
    for (int i = 0; i < 6; i++) {
      cold.repository("cold" + i, 10, 10 * MILLIS);
    }
    cold.joins("w", 100);

    // With EXEC and all ways, one that goes first takes 13 ms; four in front of it take 40 ms.
    List<RequestId> inTime = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      inTime.add(cold.submits(cold.serves("cold" + i), 1, 60));
    }
    RequestId tooLate = cold.submits(cold.serves("cold5"), 1, 60);

    for (RequestId each : inTime) {
      assertTrue(cold.endOf(each).isEmpty(), "there is time for its LOAD");
    }
    var refused = assertInstanceOf(Verdict.Refused.class, cold.endOf(tooLate).getFirst());
    assertEquals(RefusalCause.COLD_START, refused.cause());
  }

  @Test
  void whatIsToBeLoadedWhenPagesAreFreeKeepsNobodyOut() {
    SchedulerScene full = new SchedulerScene("default", SchedulerConfig.DEFAULT);
    for (int i = 0; i < 3; i++) {
      full.repository("large" + i, 50, 60 * MILLIS); // Slow, so wanted before anybody asks.
      full.defaultObjective("large" + i, 100 * MILLIS);
    }
    full.joins("w", 20);
    for (int i = 0; i < 3; i++) {
      full.serves("large" + i);
    }

    full.submits(full.serves("m"), 1, 1_000); // Its LOAD runs: the next one has to wait.
    RequestId small = full.submits(full.serves("n"), 1, 60);

    assertTrue(full.endOf(small).isEmpty(), "large models never fit, and nobody waits for them");
  }

  @Test
  void whatIsPlannedForThoseWhoHaveTimeKeepsNobodyOutWhoIsInAHurry() {
    scene.submits(running, 1, 10);
    scene.submitsEach(running, 16 * 20, 60_000);

    RequestId hurried = scene.submits(waiting, 1, 30);

    assertTrue(scene.endOf(hurried).isEmpty(), "340 ms are planned, but not before it");
  }

  @Test
  void aLongBatchOfSomebodyWhoHasTimeDoesNotTakeTheOnlyGpuFromWhoIsInAHurry() {
    scene.submits(waiting, 1, 10);
    scene.succeeds(scene.infers().getFirst());

    scene.submitsEach(running, 16, 1_000);

    // The hurried have 10 - 2 ms less both ways; a batch of 4 takes 5 ms, one of 8 takes 9.
    scene.passes(LEG + 2 * MILLIS - AHEAD + 1);
    assertEquals(4, scene.infers().getLast().batch());
  }

  @Test
  void onceNobodyIsInAHurryTheLongBatchRuns() {
    scene.submits(waiting, 1, 10);
    scene.succeeds(scene.infers().getFirst());
    scene.passes(1_000 * MILLIS + 1);
    scene.submits(waiting, 1, 1_000);

    scene.submitsEach(running, 16, 1_000);
    scene.passes(LEG + 2 * MILLIS - AHEAD + 1);

    assertEquals(16, scene.infers().getLast().batch());
  }

  @Test
  void aPromiseLeavesRoomForBothWaysAndForNoise() {
    scene.submits(waiting, 1, 1_000);

    var dispatched = assertInstanceOf(Verdict.Dispatched.class, scene.verdicts.getLast());
    assertEquals(LEG + 2 * MILLIS + 2 * MILLIS / 20 + MARGIN, dispatched.promisedInNanos());
  }

  @Test
  void aRequestOfSeveralRowsTakesTheSmallestSizeThatHoldsIt() {
    scene.submits(waiting, 3, 1_000);

    Action.Infer infer = scene.infers().getFirst();
    assertEquals(4, infer.batch());
  }

  @Test
  void aModelIsLoadedOntoAnotherGpuOnceThoseWhoWaitTakeAQuarterOfTheirObjective() {
    scene.joins("other", 100);
    scene.submits(running, 8, 1_000);

    scene.submits(waiting, 7, 100);
    assertEquals(List.of(), scene.loads(), "9 ms and 7 times 2 ms are 23");
    scene.submits(waiting, 2, 100);
    assertEquals(waiting, scene.loads().getFirst().model());
  }
}
