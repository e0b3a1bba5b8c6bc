package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the policies of other systems have in common here. */
final class CompetingPoliciesTest {

  @ParameterizedTest
  @ValueSource(strings = {"flex", "nexus", "frontrun"})
  void aRequestForWhichThereIsNoTimeIsAnsweredByItsDeadline(String policy) {
    SchedulerScene scene = new SchedulerScene(policy, SchedulerConfig.DEFAULT);
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    scene.submits(model, 16, 1_000);
    scene.succeeds(scene.loads().getFirst());
    assertEquals(1, scene.infers().size(), "17 ms, in which nothing else runs");

    RequestId hopeless = scene.submits(model, 1, 12);
    assertTrue(scene.endOf(hopeless).isEmpty());
    scene.passes(12 * MILLIS);

    assertEquals(1, scene.endOf(hopeless).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"flex", "nexus", "frontrun"})
  void aModelThatIsOnNoGpuIsLoadedForItsFirstRequest(String policy) {
    SchedulerScene scene = new SchedulerScene(policy, SchedulerConfig.DEFAULT);
    scene.joins("w", 100);
    ModelId model = scene.serves("m");

    RequestId request = scene.submits(model, 1, 100);
    assertEquals(model, scene.loads().getFirst().model());
    scene.passes(10 * MILLIS);
    scene.succeeds(scene.loads().getFirst());
    scene.passes(87 * MILLIS);

    assertEquals(request, SchedulerScene.requestsOf(scene.infers().getFirst()).getFirst());
  }
}
