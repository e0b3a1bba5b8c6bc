package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Window;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;
import org.junit.jupiter.api.Test;

/** How infer5 makes batches, when it sends them and what becomes of their requests. */
final class FeedingTest {
  private final SchedulerScene scene = new SchedulerScene();

  @Test
  void theLargestFullBatchGoesFirst() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    submits(model, 7, 200);

    scene.succeeds(scene.loads().getFirst());

    // 5 + 3 ms are less than schedule-ahead, so the third goes too.
    assertEquals(List.of(4, 2, 1), scene.infers().stream().map(Action.Infer::batch).toList());
  }

  @Test
  void aRequestThatCannotHoldALargeBatchGoesInASmallOne() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    RequestId hurried = scene.submits(model, 1, 17);
    RequestId relaxed = scene.submits(model, 1, 200);

    scene.passes(10 * MILLIS);
    scene.succeeds(scene.loads().getFirst());

    // 2.75 ms are left but for the buffer: enough for one row, which takes 2, not for two.
    assertEquals(List.of(1, 1), scene.infers().stream().map(Action.Infer::batch).toList());
    assertEquals(List.of(hurried, relaxed), requestsOf(scene.infers()));
  }

  @Test
  void requestsGoInTheOrderOfTheirDeadlines() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    RequestId relaxed = scene.submits(model, 1, 400);
    RequestId hurried = scene.submits(model, 1, 200);
    RequestId later = scene.submits(model, 1, 300);

    scene.succeeds(scene.loads().getFirst());

    assertEquals(List.of(hurried, later, relaxed), requestsOf(scene.infers()));
  }

  @Test
  void amongModelsTheMostUrgentGoesFirst() {
    scene.joins("w", 100);
    ModelId relaxed = scene.servesWarm("m");
    ModelId hurried = scene.servesWarm("n");
    submits(relaxed, 8, 400);
    submits(relaxed, 8, 400);
    submits(relaxed, 1, 400);
    submits(hurried, 1, 100);
    while (scene.infers().stream().noneMatch(infer -> infer.model().equals(hurried))) {
      scene.passes(2 * MILLIS);
      scene.succeeds(scene.infers().getFirst());
    }

    assertTrue(scene.verdicts.stream().filter(Verdict.Dispatched.class::isInstance).count() < 18);
  }

  @Test
  void aGpuIsFedOnlyWhileLessThanScheduleAheadIsOutstanding() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");

    for (int i = 0; i < 40; i++) {
      scene.submits(model, 1, 500);
    }

    // One row each takes 2 ms: five of them make up the 10 ms.
    assertEquals(5, scene.infers().size());
    scene.passes(2 * MILLIS + 400_000);
    assertEquals(6, scene.infers().size(), "room for one more, without waiting for the outcome");
  }

  @Test
  void aWorkerThatLagsGetsNothingNewUntilItsOutcome() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    scene.submits(model, 1, 500);
    scene.passes(14 * MILLIS);

    scene.submits(model, 1, 500);
    scene.passes(50 * MILLIS);
    assertEquals(1, scene.infers().size());

    scene.succeeds(scene.infers().getFirst());
    assertEquals(1, scene.infers().size());
    assertEquals(1, scene.infers().getFirst().parts().getFirst().request().number() - 1);
  }

  @Test
  void aWindowEndsTenMillisAfterTheExpectedBegin() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");

    scene.submits(model, 1, 500);

    Window window = scene.infers().getFirst().window();
    assertEquals(scene.nowNanos, window.earliestNanos());
    assertEquals(scene.nowNanos + 200_000 + 10 * MILLIS, window.latestNanos());
  }

  @Test
  void aWindowEndsWhenTheAnswerWouldBeTooLate() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");

    scene.submits(model, 1, 8);

    long latest = scene.infers().getFirst().window().latestNanos();
    assertEquals(scene.nowNanos + 8 * MILLIS - 2 * MILLIS - 200_000, latest);
  }

  @Test
  void aDispatchSaysWhenTheAnswerIsToBeExpected() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");

    scene.submits(model, 1, 100);

    var dispatched = assertInstanceOf(Verdict.Dispatched.class, scene.verdicts.getFirst());
    assertEquals(
        SchedulerScene.LEG + 2 * MILLIS + 2 * MILLIS / 20 + SchedulerScene.MARGIN,
        dispatched.promisedInNanos());
    assertEquals(scene.infers().getFirst().id(), dispatched.action());
  }

  @Test
  void whatRunsLateIsNotExpectedToHaveEndedInThePast() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    scene.submits(model, 1, 100);
    scene.passes(7 * MILLIS);

    scene.submits(model, 1, 100);

    var dispatched = assertInstanceOf(Verdict.Dispatched.class, scene.verdicts.getLast());
    assertEquals(
        SchedulerScene.LEG + 2 * MILLIS + 2 * MILLIS / 20 + SchedulerScene.MARGIN,
        dispatched.promisedInNanos());
  }

  @Test
  void theLongestOfTheLastTenRunsIsWhatIsExpectedNext() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    runsIn(model, 4 * MILLIS);
    for (int i = 0; i < 9; i++) {
      assertEquals(4 * MILLIS, runsIn(model, 2 * MILLIS + i).durationNanos());
    }

    assertEquals(4 * MILLIS, runsIn(model, 2 * MILLIS).durationNanos());
    assertEquals(2 * MILLIS + 8, runsIn(model, 2 * MILLIS).durationNanos());
  }

  @Test
  void aGpuThatIsFreeSoonerThanExpectedTakesUpWhatDidNotFit() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    scene.submits(model, 1, 100);
    Action.Infer running = scene.infers().getFirst();
    RequestId tight = scene.submits(model, 1, 5);
    assertEquals(List.of(running), scene.infers(), "expected to end too late for it");

    scene.passes(MILLIS / 2);
    scene.succeedsIn(running, MILLIS / 2);

    assertEquals(
        List.of(tight),
        scene.infers().getFirst().parts().stream().map(Action.Part::request).toList());
  }

  @Test
  void oneSlowRunDoesNotShutItsModelOutForEver() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    scene.submits(model, 1, 100);
    scene.passes(150 * MILLIS);
    scene.succeedsIn(scene.infers().getFirst(), 150 * MILLIS);

    scene.submits(model, 1, 100);
    assertTrue(scene.infers().isEmpty(), "the last run would be too long for it");
    scene.passes(1_100 * MILLIS);
    scene.submits(model, 1, 100);

    assertEquals(1, scene.infers().size());
  }

  @Test
  void whatIsNotScheduledTimesOutFiveMillisBeforeItsDeadline() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    RequestId request = scene.submits(model, 1, 100);

    scene.passes(95 * MILLIS - 1);
    assertTrue(scene.endOf(request).isEmpty());
    scene.passes(1);

    assertInstanceOf(Verdict.TimedOut.class, scene.endOf(request).getFirst());
    assertEquals(1, scene.reportsOf(request).size());
  }

  @Test
  void requestsOfAnActionThatCameTooLateAreScheduledAgain() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    RequestId request = scene.submits(model, 1, 100);
    Action.Infer first = scene.infers().getFirst();
    scene.passes(15 * MILLIS);

    scene.isRefused(first, ErrorCode.EXEC_TOO_LATE);

    assertEquals(List.of(request), requestsOf(scene.infers()));
    assertTrue(scene.infers().getFirst().id().number() > first.id().number());
  }

  @Test
  void requestsOfAnActionThatCameTooLateTimeOutWhereTheirDeadlineHasPassed() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    RequestId request = scene.submits(model, 1, 20);
    scene.passes(16 * MILLIS);

    scene.isRefused(scene.infers().getFirst(), ErrorCode.EXEC_TOO_LATE);

    assertInstanceOf(Verdict.TimedOut.class, scene.endOf(request).getFirst());
  }

  @Test
  void oneBadInputDoesNotFailThoseInItsBatch() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    // More than are sent at once when each is sent by itself.
    List<RequestId> requests = submits(model, 8, 200);
    scene.succeeds(scene.loads().getFirst());
    assertEquals(8, scene.infers().getFirst().parts().size());

    scene.isRefused(scene.infers().getFirst(), ErrorCode.INPUT_BAD_SIZES);
    while (!scene.infers().isEmpty()) {
      Action.Infer alone = scene.infers().getFirst();
      assertEquals(1, alone.parts().size());
      if (alone.parts().getFirst().request().equals(requests.get(2))) {
        scene.isRefused(alone, ErrorCode.INPUT_BAD_SIZES);
      } else {
        scene.succeeds(alone);
      }
    }

    for (RequestId request : requests) {
      boolean culprit = request.equals(requests.get(2));
      assertEquals(culprit ? 1 : 0, scene.endOf(request).size());
      Telemetry.Result result = scene.reportsOf(request).getFirst().result();
      assertEquals(culprit, result instanceof Telemetry.Result.Failed);
    }
  }

  @Test
  void aRequestOfManyRowsDoesNotHoldUpThoseBehindIt() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    // When the LOAD is through, its 16 rows, which take 17 ms, can't make it any more.
    scene.submits(model, 16, 30);
    RequestId behind = scene.submits(model, 1, 31);

    scene.passes(11 * MILLIS);
    scene.succeeds(scene.loads().getFirst());

    assertEquals(List.of(behind), requestsOf(scene.infers()));
  }

  @Test
  void aCancelledRequestIsNotSentAndNobodyIsTold() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    RequestId request = scene.submits(model, 1, 100);

    scene.happens(new org.clockwork.core.scheduler.Event.RequestCancelled(request));
    scene.succeeds(scene.loads().getFirst());

    assertTrue(scene.infers().isEmpty());
    assertTrue(scene.endOf(request).isEmpty());
    assertInstanceOf(
        Telemetry.Result.Cancelled.class, scene.reportsOf(request).getFirst().result());
  }

  @Test
  void whereLoadAndExecExcludeEachOtherTheyAreExpectedOneAfterTheOther() {
    scene.joins("w", true, false, 100);
    ModelId warm = scene.servesWarm("m");
    ModelId cold = scene.serves("n");
    scene.submits(warm, 1, 200);
    scene.submits(cold, 1, 200);

    long loadBeginNanos = scene.nowNanos + 200_000 + 2 * MILLIS;
    assertEquals(loadBeginNanos + 10 * MILLIS, scene.loads().getFirst().window().latestNanos());
    scene.submits(warm, 1, 200);
    assertEquals(1, scene.infers().size(), "12 ms are outstanding, more than schedule-ahead");
  }

  private List<RequestId> submits(ModelId model, int count, long sloMillis) {
    List<RequestId> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(scene.submits(model, 1, sloMillis));
    }
    return requests;
  }

  /** What had been predicted of a single request that then runs in this time. */
  private Telemetry.Prediction runsIn(ModelId model, long nanos) {
    scene.submits(model, 1, 100);
    scene.passes(nanos + MILLIS);
    scene.telemetry.clear();
    scene.succeedsIn(scene.infers().getFirst(), nanos);
    return scene.telemetry.stream()
        .filter(Telemetry.ActionEnded.class::isInstance)
        .map(Telemetry.ActionEnded.class::cast)
        .findFirst()
        .orElseThrow()
        .prediction();
  }

  private static List<RequestId> requestsOf(List<Action.Infer> infers) {
    return infers.stream()
        .flatMap(infer -> infer.parts().stream())
        .map(Action.Part::request)
        .toList();
  }
}
