package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What flex does that the other policies don't: the largest batch first. */
final class FlexTest {
  private final SchedulerScene scene = new SchedulerScene("flex", SchedulerConfig.DEFAULT);
  private ModelId first;
  private ModelId second;
  private ModelId running;

  @BeforeEach
  void threeModelsAreOnOneGpu() {
    scene.joins("w", 100);
    first = scene.servesWarm("m");
    second = scene.servesWarm("n");
    running = scene.servesWarm("o");
  }

  @Test
  void theModelWithTheLargestBatchGoesFirstHoweverUrgentTheOthersAre() {
    scene.submits(running, 1, 1_000);
    scene.submits(first, 1, 20);
    List<RequestId> larger = scene.submitsEach(second, 4, 500);

    scene.passes(2 * MILLIS + 1);

    assertEquals(larger, SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void ofEquallyLargeBatchesTheEarliestDeadlineGoesFirst() {
    scene.submits(running, 1, 1_000);
    scene.submitsEach(first, 2, 400);
    List<RequestId> urgent = scene.submitsEach(second, 2, 200);

    scene.passes(2 * MILLIS + 1);

    assertEquals(urgent, SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void aLargerBatchGoesEvenWithoutTheMostUrgentRequest() {
    scene.submits(running, 1, 1_000);
    // 3.2 ms are left when the GPU is free: enough for a batch of 2, which takes 3, not for one of
    // 4, which takes 5.
    RequestId urgent = scene.submits(first, 1, 6);
    List<RequestId> others = scene.submitsEach(first, 4, 500);

    scene.passes(2 * MILLIS + 1);

    assertEquals(others, SchedulerScene.requestsOf(scene.infers().getLast()));
    assertTrue(scene.endOf(urgent).isEmpty(), "it may still go in a later batch");
  }

  @Test
  void aBatchGrowsWhileTheEarliestDeadlineHoldsTheTimeOfTheLargerSize() {
    scene.submits(running, 1, 1_000);
    RequestId urgent = scene.submits(first, 1, 6);
    List<RequestId> others = scene.submitsEach(first, 2, 500);

    scene.passes(2 * MILLIS + 1);

    // Three would take the 5 ms of a batch of 4, and the first has 3.2.
    assertEquals(
        List.of(urgent, others.getFirst()), SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void aPartlyFilledSizeIsNotLargerWhereAFullOneGetsMoreDone() {
    scene.submits(running, 1, 1_000);
    scene.submitsEach(first, 9, 500);

    scene.passes(2 * MILLIS + 1);

    // 8 rows in 9 ms, not 9 rows in 17.
    Action.Infer infer = scene.infers().getLast();
    assertEquals(8, infer.batch());
    assertEquals(8, infer.parts().size());
  }

  @Test
  void nothingIsSentBeforeItsGpuIsFreeButForTheTimeOnTheWay() {
    scene.submits(running, 1, 1_000);
    scene.submitsEach(first, 4, 500);

    scene.passes(SchedulerScene.LEG + 2 * MILLIS - SchedulerScene.AHEAD);
    assertEquals(1, scene.infers().size(), "what would wait at the GPU could not be taken back");
    scene.passes(1);

    assertEquals(2, scene.infers().size());
  }

  @Test
  void whatCannotMakeItAnyMoreIsDroppedWhenTheNextRequestComes() {
    scene.submits(running, 16, 1_000);
    RequestId hopeless = scene.submits(first, 1, 10);

    // Its deadline, but for the margin, is at 9.4 ms; it takes 2, and 0.2 to get there.
    scene.passes(7 * MILLIS);
    scene.submits(first, 1, 500);
    assertTrue(scene.endOf(hopeless).isEmpty());
    scene.passes(MILLIS);
    scene.submits(first, 1, 500);

    var refused = assertInstanceOf(Verdict.Refused.class, scene.endOf(hopeless).getFirst());
    assertEquals(RefusalCause.QUEUE, refused.cause());
  }
}
