package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.clockwork.core.action.Action;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/** What the policies direct and stress do that the others don't. */
class DirectAndStressTest {
  private final SchedulerScene direct = new SchedulerScene("direct", SchedulerConfig.DEFAULT);
  private final SchedulerScene stress = new SchedulerScene("stress", SchedulerConfig.DEFAULT);

  @Test
  void directLoadsAModelWhenItIsRegisteredAndOnOneGpuOnly() {
    direct.joins("w", 100, 100);
    direct.serves("m");
    assertEquals(1, direct.loads().size());
    direct.serves("n");
    assertEquals(2, direct.loads().size());
    assertEquals(
        2, direct.loads().stream().map(Action.Load::gpu).distinct().count(), "each on its own");
  }

  @Test
  void directSendsEachRequestAtOnceHoweverMuchIsOutstanding() {
    ModelId model = onItsGpu(direct);
    for (int sent = 1; sent <= 40; sent++) {
      direct.submits(model, 1, 1_000);
      assertEquals(sent, direct.infers().size());
    }
    assertTrue(direct.infers().stream().allMatch(infer -> infer.batch() == 1));
  }

  @Test
  void directsWindowEndsWithTheRequestsDeadline() {
    ModelId model = onItsGpu(direct);
    direct.submits(model, 1, 1_000);
    long untilNanos = direct.infers().getFirst().window().latestNanos() - direct.nowNanos;
    // What EXEC and the way back take is off.
    assertTrue(untilNanos > 990 * MILLIS && untilNanos < 1_000 * MILLIS, () -> "" + untilNanos);
  }

  @Test
  void aGpuWithoutAPlaceForItsInputGetsADirectRequestOnceOneIsThrough() {
    ModelId model = onItsGpu(direct);
    for (int i = 0; i < 130; i++) {
      direct.submits(model, 1, 1_000);
    }
    assertEquals(128, direct.infers().size());
    direct.succeeds(direct.infers().getFirst());
    assertEquals(128, direct.infers().size());
    direct.succeeds(direct.infers().getFirst());
    direct.succeeds(direct.infers().getFirst());
    assertEquals(127, direct.infers().size());
  }

  @Test
  void directUnloadsNobodyAndRefusesWhatHasNoPages() {
    direct.joins("w", 15);
    direct.serves("m");
    direct.succeeds(direct.loads().getFirst());
    ModelId second = direct.serves("n");
    assertEquals(0, direct.loads().size());
    RequestId request = direct.submits(second, 1, 1_000);
    Verdict.Refused refused =
        assertInstanceOf(Verdict.Refused.class, direct.endOf(request).getFirst());
    assertEquals(RefusalCause.NO_CAPACITY, refused.cause());
    assertEquals(0, direct.unloads().size());
  }

  @Test
  void stressHasEveryModelOnEveryGpuAlsoOnOneThatComesLater() {
    stress.joins("w", 100, 100);
    stress.serves("m");
    stress.serves("n");
    assertEquals(4, stress.loads().size());
    stress.joins("x", 100);
    assertEquals(6, stress.loads().size());
  }

  @Test
  void stressUnloadsAndLoadsAgainAlthoughEveryModelHasRequestsAllTheTime() {
    stress.joins("w", 100);
    ModelId one = stress.serves("m");
    ModelId other = stress.serves("n");
    stress.loads().forEach(stress::succeeds);
    for (int i = 0; i < 50; i++) {
      stress.submits(one, 1, 60_000);
      stress.submits(other, 1, 60_000);
    }
    int unloads = 0;
    for (int i = 0; i < 500; i++) {
      unloads += stress.unloads().size();
      stress.unloads().forEach(stress::succeeds);
      stress.loads().forEach(stress::succeeds);
      stress.infers().stream().findFirst().ifPresent(stress::succeeds);
      stress.submits(i % 2 == 0 ? one : other, 1, 60_000);
    }
    assertTrue(unloads > 3, unloads + " UNLOADs");
  }

  /** A model that is loaded on the only GPU. */
  private static ModelId onItsGpu(SchedulerScene scene) {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    scene.succeeds(scene.loads().getFirst());
    return model;
  }
}
