package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.telemetry.Telemetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model of two buckets: each has a queue of its own, both have the same weights. */
class BucketsOfAModelTest {

  @ParameterizedTest
  @ValueSource(strings = {"default", "infer5", "direct", "stress"})
  void oneLoadServesBothAndNoBatchHoldsBoth(String policy) {
    SchedulerScene scene = scene(policy);
    ModelId words = scene.serves("m");
    scene.submitsTo(0, words, 100);
    scene.submitsTo(1, words, 100);
    assertEquals(1, scene.loads().size());
    scene.succeeds(scene.loads().getFirst());

    List<Action.Infer> infers = batches(scene);

    assertEquals(List.of(0, 1), infers.stream().map(Action.Infer::bucket).sorted().toList());
    infers.forEach(infer -> assertEquals(1, infer.parts().size()));
    assertEquals(List.of(), scene.loads(), "nothing is loaded for the second bucket");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "infer5"})
  void weightsThatAnyBucketUsesAreNotUnloaded(String policy) {
    SchedulerScene scene = scene(policy);
    ModelId words = scene.serves("m");
    scene.submitsTo(0, words, 100);
    scene.succeeds(scene.loads().getFirst());
    batches(scene);
    scene.submitsTo(1, words, 100);
    assertEquals(1, scene.infers().size(), "of the second bucket");

    scene.submits(scene.serves("n"), 1, 100);
    assertEquals(List.of(), scene.unloads(), "the only pages are in use");
    batches(scene);

    assertEquals(1, scene.unloads().size(), "of both buckets");
  }

  @Test
  void eachBucketIsPredictedByWhatWasSeenOfIt() {
    SchedulerScene scene = scene("default");
    ModelId words = scene.serves("m");
    scene.submitsTo(0, words, 100);
    scene.succeeds(scene.loads().getFirst());
    assertEquals(2 * MILLIS, predictedNanos(scene));
    batches(scene);
    for (int i = 0; i < 20; i++) {
      scene.submitsTo(1, words, 100);
      assertEquals(i == 0, predictedNanos(scene) == 4 * MILLIS, "as measured, until more is seen");
      scene.passes(8 * MILLIS);
      scene.succeedsIn(scene.infers().getFirst(), 7 * MILLIS);
    }
    scene.submitsTo(0, words, 100);
    assertEquals(2 * MILLIS, predictedNanos(scene), "nothing new was seen of the first bucket");
  }

  private static long predictedNanos(SchedulerScene scene) {
    return scene.telemetry.stream()
        .filter(Telemetry.ActionSent.class::isInstance)
        .map(Telemetry.ActionSent.class::cast)
        .filter(sent -> sent.action() instanceof Action.Infer)
        .reduce((_, last) -> last)
        .orElseThrow()
        .prediction()
        .durationNanos();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "infer5"})
  void aRequestForABucketThatIsNotThereFails(String policy) {
    SchedulerScene scene = scene(policy);
    RequestId request = scene.submitsTo(2, scene.serves("m"), 100);
    Verdict.Failed failed = assertInstanceOf(Verdict.Failed.class, scene.endOf(request).getFirst());
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
    assertTrue(failed.reason().contains("has 2 sequence lengths"), failed::reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "infer5"})
  void aWorkerThatHasOtherBucketsIsNotUsedBesideTheFirst(String policy) {
    SchedulerScene scene = scene(policy);
    scene.serves("m");
    scene.lengths("m", 32, 128);
    scene.joins("other", 100);
    scene.answerRegistrations();
    Action.Withdraw withdraw = scene.outstanding(Action.Withdraw.class).getFirst();
    assertEquals("other", scene.workerOf(withdraw).value());
  }

  /** All batches that come of what waits, one after the other. */
  private static List<Action.Infer> batches(SchedulerScene scene) {
    List<Action.Infer> all = new ArrayList<>();
    while (!scene.infers().isEmpty()) {
      Action.Infer next = scene.infers().getFirst();
      all.add(next);
      scene.passes(5 * MILLIS);
      scene.succeeds(next);
    }
    return all;
  }

  /** One GPU, whose ten pages one model fills. */
  private static SchedulerScene scene(String policy) {
    SchedulerScene scene = new SchedulerScene(policy, SchedulerConfig.DEFAULT);
    scene.lengths("m", 32, 64);
    scene.joins("w", 10);
    return scene;
  }
}
