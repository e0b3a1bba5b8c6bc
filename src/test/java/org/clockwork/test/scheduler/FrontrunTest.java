package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What frontrun does that the other policies don't: a batch waits for as long as it may grow. */
final class FrontrunTest {
  private static final long LEG = SchedulerScene.LEG;
  private static final long MARGIN = SchedulerScene.MARGIN;

  private final SchedulerScene scene = new SchedulerScene("frontrun", SchedulerConfig.DEFAULT);
  private ModelId first;
  private ModelId second;
  private ModelId running;

  @BeforeEach
  void threeModelsAreOnOneGpu() {
    scene.joins("w", 100);
    first = warm("m");
    second = warm("n");
    running = warm("o");
    scene.passes(1_000 * MILLIS); // What came so far doesn't count as their rate any more.
  }

  /** In batches of 16, which have nothing to wait for. */
  private ModelId warm(String name) {
    ModelId model = scene.serves(name);
    scene.submits(model, 16, 1_000);
    scene.succeeds(scene.loads().getFirst());
    scene.succeeds(scene.infers().getFirst());
    return model;
  }

  @Test
  void aBatchWaitsForItsFrontrunMomentEvenIfAGpuIsIdle() {
    scene.submits(first, 1, 100);

    // A second request would need 3 ms, so it may come within the first 97 less the margin.
    scene.passes(97 * MILLIS - MARGIN - LEG - 1);
    assertTrue(scene.infers().isEmpty());
    scene.passes(1);

    assertEquals(1, scene.infers().size());
  }

  @Test
  void theLargerABatchIsTheSoonerItGoes() {
    scene.submitsEach(first, 4, 100);

    // A fifth would make it one of 8, which takes 9 ms.
    scene.passes(91 * MILLIS - MARGIN - LEG - 1);
    assertTrue(scene.infers().isEmpty());
    scene.passes(1);

    assertEquals(4, scene.infers().getFirst().parts().size());
  }

  @Test
  void aBatchAsLargeAsBatchesGetGoesAtOnce() {
    scene.submitsEach(first, 15, 100);
    assertTrue(scene.infers().isEmpty());

    scene.submits(first, 1, 100);

    assertEquals(16, scene.infers().getFirst().parts().size());
  }

  @Test
  void whatComesWhileABatchWaitsGoesWithIt() {
    RequestId early = scene.submits(first, 1, 100);
    scene.passes(80 * MILLIS);
    RequestId late = scene.submits(first, 1, 100);

    scene.passes(17 * MILLIS);

    assertEquals(List.of(early, late), SchedulerScene.requestsOf(scene.infers().getFirst()));
  }

  @Test
  void aGpuThatFreesTakesTheBatchWhoseLatestMomentComesFirst() {
    scene.submits(running, 16, 1_000);
    // Free at 17.2 ms. The latest moment of the first is at 18.1, of the second at 17.7.
    scene.arrives(new RequestId(SchedulerScene.GATEWAY, 1_001), first, 1, 20_100_000 + MARGIN);
    RequestId sooner = new RequestId(SchedulerScene.GATEWAY, 1_002);
    scene.arrives(sooner, second, 1, 19_700_000 + MARGIN);

    scene.passes(17 * MILLIS + 1);

    assertEquals(List.of(sooner), SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void aGpuThatFreesGoesByLatestMomentsAndNotByDeadlines() {
    scene.submits(running, 16, 1_000);
    // Free at 17.2 ms, and both may run by then. The first takes 2 ms, so its latest moment is at
    // 18; the eight others take 9, and theirs is at 17.6.
    scene.arrives(new RequestId(SchedulerScene.GATEWAY, 1_001), first, 1, 20 * MILLIS + MARGIN);
    for (int i = 0; i < 8; i++) {
      RequestId id = new RequestId(SchedulerScene.GATEWAY, 1_002 + i);
      scene.arrives(id, second, 1, 26_600_000 + MARGIN);
    }

    scene.passes(17 * MILLIS);

    assertEquals(2, scene.infers().size());
    assertEquals(second, scene.infers().getLast().model());
    assertEquals(8, scene.infers().getLast().parts().size());
  }

  @Test
  void aGpuThatFreesTakesNoBatchThatMayStillGrow() {
    scene.submits(running, 16, 1_000);
    scene.submitsEach(first, 3, 100);

    scene.passes(17 * MILLIS);
    scene.succeeds(scene.infers().getFirst());
    scene.passes(MILLIS);

    assertTrue(scene.infers().isEmpty());
  }

  @Test
  void whoHasNoTimeForTheTargetBatchIsDroppedWhenItIsFull() {
    for (int i = 0; i < 3; i++) { // 48 rows a second: 4 gather in time.
      scene.submits(first, 16, 1_000);
      scene.succeeds(scene.infers().getFirst());
    }
    scene.submits(running, 16, 1_000);
    RequestId head = scene.submits(first, 1, 6);
    scene.passes(MILLIS);
    scene.submitsEach(first, 3, 100);
    assertTrue(scene.endOf(head).isEmpty());

    // 4.2 ms are left to the head, and a batch of 4 takes 5.
    scene.submits(first, 1, 100);

    var refused = assertInstanceOf(Verdict.Refused.class, scene.endOf(head).getFirst());
    assertEquals(RefusalCause.QUEUE, refused.cause());
    assertEquals(1, scene.infers().size(), "the four have time to wait for others");
  }
}
