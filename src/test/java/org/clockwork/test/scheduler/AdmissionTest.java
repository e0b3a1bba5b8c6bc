package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/** What is said of a request the moment it arrives. */
final class AdmissionTest {
  private final SchedulerScene scene = new SchedulerScene();

  @Test
  void aModelThatNobodyRegisteredIsAnErrorAndIsReported() {
    RequestId request = scene.submits(new ModelId(7), 1, 100);

    assertEquals(ErrorCode.UNKNOWN_MODEL, failure(request).code());
    assertEquals(1, scene.reportsOf(request).size());
  }

  @Test
  void aModelWithoutAWorkerIsRefusedForWantOfCapacity() {
    WorkerId worker = scene.joins("w", 100);
    ModelId model = scene.serves("m");
    scene.leaves(worker);

    assertEquals(RefusalCause.NO_CAPACITY, refusal(scene.submits(model, 1, 100)).cause());
  }

  @Test
  void anObjectiveThatNoIdleDeviceCouldMeetIsRefusedAtOnce() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");

    assertEquals(RefusalCause.NO_CAPACITY, refusal(scene.submits(model, 1, 2)).cause());
    // 16 rows take 17 ms.
    assertEquals(RefusalCause.NO_CAPACITY, refusal(scene.submits(model, 16, 17)).cause());
    assertTrue(scene.endOf(scene.submits(model, 1, 3)).isEmpty());
  }

  @Test
  void aLoadThatWasSlowForOnceIsDoubtedByTheFirstWhoIsTurnedAwayForIt() {
    WorkerId worker = scene.joins("w", 100);
    ModelId model = scene.serves("m");
    scene.submits(model, 1, 5_000);
    scene.passes(900 * MILLIS);
    scene.succeedsIn(scene.loads().getFirst(), 900 * MILLIS);
    scene.leaves(worker);
    scene.joins("w", 100);
    Verdict.Refused refused = refusal(scene.submits(model, 1, 100));
    assertEquals(RefusalCause.COLD_START, refused.cause());
    scene.leaves(worker);
    scene.joins("w", 100);

    assertTrue(scene.endOf(scene.submits(model, 1, 100)).isEmpty());
  }

  @Test
  void anObjectiveBelowTheBufferIsServedAllTheSame() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");

    scene.submits(model, 1, 4);

    assertEquals(1, scene.infers().size());
  }

  @Test
  void aColdModelThatLoadsLongerThanTheObjectiveIsRefusedWithAHintAndLoadedAllTheSame() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");

    Verdict.Refused refused = refusal(scene.submits(model, 1, 8));

    assertEquals(RefusalCause.COLD_START, refused.cause());
    assertEquals(12 * MILLIS + 2 * 200_000, refused.retryAfterNanos());
    assertEquals(model, scene.loads().getFirst().model());
    scene.passes(10 * MILLIS);
    scene.succeeds(scene.loads().getFirst());
    assertTrue(scene.endOf(scene.submits(model, 1, 8)).isEmpty(), "the next one is served");
  }

  @Test
  void whatIsOnItsWayIsNoLongerTooCold() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    scene.submits(model, 1, 8);
    scene.passes(7 * MILLIS);

    assertTrue(scene.endOf(scene.submits(model, 1, 8)).isEmpty());
  }

  @Test
  void aModelThatLoadsLongerThanItsObjectiveIsLoadedBeforeAnybodyAsks() {
    scene.repository("slow", 10, 300 * MILLIS);
    scene.joins("w", 100);

    ModelId model = scene.serves("slow");

    assertEquals(List.of(model), scene.loads().stream().map(load -> load.model()).toList());
  }

  @Test
  void aModelThatLoadsInTimeWaitsToBeAskedFor() {
    scene.joins("w", 100);

    scene.serves("m");

    assertTrue(scene.loads().isEmpty());
  }

  @Test
  void theModelsOwnObjectiveDecidesWhetherItLoadsInTime() {
    scene.defaultObjective("m", 11 * MILLIS);
    scene.joins("w", 100);

    scene.serves("m");

    assertEquals(1, scene.loads().size());
  }

  @Test
  void aModelToBeKeptWarmIsLoadedBeforeAnybodyAsks() {
    scene.joins("w", false, true, 100);

    scene.serves("m");

    assertEquals(1, scene.loads().size());
  }

  @Test
  void moreRowsThanTheLargestBatchAreAnError() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");

    assertEquals(ErrorCode.INVALID_BATCH_SIZE, failure(scene.submits(model, 17, 500)).code());
  }

  @Test
  void aFullQueueRefusesTheNextOne() {
    SchedulerConfig published = SchedulerConfig.DEFAULT;
    SchedulerConfig config =
        new SchedulerConfig(
            published.defaultSloNanos(),
            published.sloBufferNanos(),
            published.scheduleAheadNanos(),
            published.latestDeltaNanos(),
            published.loadHorizonNanos(),
            published.maxLagNanos(),
            published.maxExecNanos(),
            published.maxBatch(),
            published.controlLegNanos(),
            2,
            published.maxModels());
    SchedulerScene small = new SchedulerScene("infer5", config);
    small.joins("w", 100);
    ModelId model = small.serves("m");
    small.submits(model, 1, 100);
    small.submits(model, 1, 100);

    RequestId third = small.submits(model, 1, 100);

    Verdict.Refused refused =
        assertInstanceOf(Verdict.Refused.class, small.endOf(third).getFirst());
    assertEquals(RefusalCause.QUEUE, refused.cause());
  }

  @Test
  void aRequestThatComesTwiceIsAnsweredOnce() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    RequestId request = scene.submits(model, 1, 100);

    scene.arrives(request, model, 1, 100 * MILLIS);
    scene.succeeds(scene.infers().getFirst());

    assertTrue(scene.infers().isEmpty());
    assertEquals(1, scene.reportsOf(request).size());
  }

  @Test
  void whileDrainingNewRequestsAreRefusedAndThoseQueuedAreServed() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    RequestId before = scene.submits(model, 1, 100);
    scene.happens(new Event.Draining());

    RequestId after = scene.submits(model, 1, 100);

    assertEquals(RefusalCause.DRAINING, refusal(after).cause());
    scene.succeeds(scene.loads().getFirst());
    assertEquals(before, scene.infers().getFirst().parts().getFirst().request());
  }

  @Test
  void aModelThatNoWorkerHasTheFilesOfIsUnavailable() {
    scene.joins("w", 100);

    scene.happens(new Event.ModelWanted("x", "x"));
    assertEquals(List.of(), scene.statuses); // The worker looks: the files may have come meanwhile.
    scene.isRefused(
        scene.outstanding(Action.Register.class).getFirst(), ErrorCode.INVALID_MODEL_PATH);

    assertInstanceOf(ModelStatus.Unavailable.class, scene.statuses.getLast());
  }

  private Verdict.Refused refusal(RequestId request) {
    return assertInstanceOf(Verdict.Refused.class, scene.endOf(request).getFirst());
  }

  private Verdict.Failed failure(RequestId request) {
    return assertInstanceOf(Verdict.Failed.class, scene.endOf(request).getFirst());
  }
}
