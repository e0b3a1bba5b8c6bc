package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nexus does that the other policies don't: turns, target batches and early drop. */
final class NexusTest {
  private final SchedulerScene scene = new SchedulerScene("nexus", SchedulerConfig.DEFAULT);
  private ModelId first;
  private ModelId second;
  private ModelId running;

  @BeforeEach
  void threeModelsAreOnOneGpu() {
    scene.joins("w", 100);
    first = scene.servesWarm("m");
    second = scene.servesWarm("n");
    running = scene.servesWarm("o");
    scene.passes(1_000 * MILLIS); // What came so far doesn't count as their rate any more.
  }

  @Test
  void modelsTakeTurnsHoweverMuchMoreOneIsAskedFor() {
    scene.submits(running, 1, 1_000);
    scene.submitsEach(first, 30, 300);
    scene.submitsEach(second, 3, 900);

    List<ModelId> turns = new ArrayList<>();
    for (int turn = 0; turn < 4; turn++) {
      Action.Infer infer = scene.infers().getFirst();
      turns.add(infer.model());
      scene.passes((infer.batch() + 1) * MILLIS + 1); // As long as it takes.
      scene.succeeds(infer);
    }
    assertEquals(List.of(running, first, second, first), turns);
  }

  @Test
  void theHeadIsDroppedWhereTheTargetBatchWouldBeTooLateForIt() {
    isAskedFor(first, 48);
    scene.submits(running, 1, 1_000);
    // 3.2 ms are left when the GPU is free: enough for a batch of 2, which takes 3, not for one of
    // 4, which takes 5.
    RequestId head = scene.submits(first, 1, 6);
    List<RequestId> window = scene.submitsEach(first, 4, 100);
    assertTrue(scene.endOf(head).isEmpty(), "dropped when a batch goes, not before");

    scene.passes(2 * MILLIS + 1);

    assertEquals(window, SchedulerScene.requestsOf(scene.infers().getLast()));
    var refused = assertInstanceOf(Verdict.Refused.class, scene.endOf(head).getFirst());
    assertEquals(RefusalCause.QUEUE, refused.cause());
  }

  @Test
  void nobodyIsDroppedWhereThereIsNoWindowToSave() {
    isAskedFor(first, 48);
    scene.submits(running, 1, 1_000);
    RequestId head = scene.submits(first, 1, 6);
    RequestId next = scene.submits(first, 1, 100);

    scene.passes(2 * MILLIS + 1);

    assertEquals(List.of(head, next), SchedulerScene.requestsOf(scene.infers().getLast()));
    assertTrue(scene.endOf(head).isEmpty());
  }

  @Test
  void aModelThatIsAskedForRarelyHasASmallTarget() {
    scene.submits(running, 1, 1_000);
    scene.submitsEach(first, 5, 100);

    scene.passes(2 * MILLIS + 1);

    // At 5 a second even a batch of 2 takes longer to gather than the objective.
    assertEquals(1, scene.infers().getLast().batch());
  }

  @Test
  void theTargetLeavesTheTimeToMissABatchAndRunInTheNext() {
    isAskedFor(first, 3_200);
    scene.submits(running, 1, 1_000);
    scene.submitsEach(first, 16, 30);

    scene.passes(2 * MILLIS + 1);

    // All 16 would be in time, after 2.2 + 17 of 25 ms, but twice 17 are too many.
    assertEquals(8, scene.infers().getLast().batch());
  }

  /** So many rows, in batches of 16 that are served; they count for a second. */
  private void isAskedFor(ModelId model, int rows) {
    for (int asked = 0; asked < rows; asked += 16) {
      scene.submits(model, 16, 1_000);
      scene.succeeds(scene.infers().getFirst());
    }
  }
}
