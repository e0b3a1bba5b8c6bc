package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** Which GPU takes up whose requests under the policies that feed by rank. */
class EagerFeedingTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final long LEG = Backstage.LEG;
  private static final long AHEAD = Backstage.AHEAD;

  private Backstage stage = new Backstage(2);
  private Feeding feeding = feeding();

  private Feeding feeding() {
    return new Feeding(stage.board(), new FullBatches(), Leeway.measuredAhead(stage.board()));
  }

  private void has(int gpus) {
    stage = new Backstage(gpus);
    feeding = feeding();
  }

  private Pending arrives(Model model, long sloNanos) {
    Pending request = stage.queues(model, 1, sloNanos);
    feeding.queued(request, stage.now());
    return request;
  }

  /** It is answered, and its GPU has room. */
  private void ends(Action.Infer infer) {
    stage.succeeds(infer);
    feeding.room(stage.gpu(infer.gpu()), stage.now());
  }

  private List<Integer> gpusAtWork() {
    return stage.infers().stream().map(infer -> infer.gpu()).toList();
  }

  @Test
  void theGpuThatIsFreeFirstTakesARequestUpWhenItIsAboutToBeFree() {
    List<Replica> replicas = stage.everywhere("m", 2);
    stage.keepsBusy(replicas.get(0), 16);
    stage.keepsBusy(replicas.get(1), 8);

    arrives(replicas.getFirst().model(), 900 * MILLIS);

    stage.passes(LEG + 9 * MILLIS - AHEAD);
    assertEquals(List.of(0, 1), gpusAtWork());
    stage.passes(1);
    assertEquals(List.of(0, 1, 1), gpusAtWork());
  }

  @Test
  void anIdleGpuIsFreerThanOneThatIsLate() {
    List<Replica> replicas = stage.everywhere("m", 2);
    stage.keepsBusy(replicas.get(0), 1);
    stage.passes(5 * MILLIS);

    arrives(replicas.getFirst().model(), 900 * MILLIS);

    assertEquals(List.of(0, 1), gpusAtWork());
  }

  @Test
  void everyGpuThatHoldsTheModelMayTakeItUp() {
    List<Replica> replicas = stage.everywhere("m", 2);
    Action.Infer longer = stage.keepsBusy(replicas.get(0), 16);
    stage.keepsBusy(replicas.get(1), 8);
    arrives(replicas.getFirst().model(), 900 * MILLIS);

    ends(longer); // Sooner than the other one, although it was to take longer.

    assertEquals(List.of(1, 0), gpusAtWork());
  }

  @Test
  void aModelOnMoreGpusThanAreLookedAtReachesAllOfThem() {
    has(Feeding.REACH + 4);
    Model model = stage.everywhere("m", Feeding.REACH + 4).getFirst().model();
    Set<Integer> reached = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      arrives(model, 900 * MILLIS);
      reached.addAll(gpusAtWork());
    }

    assertEquals(Feeding.REACH + 4, reached.size(), reached::toString);
  }

  @Test
  void littleLoadKeepsToTheGpusThatHaveHeldTheModelLongest() {
    has(3);
    Model model = stage.everywhere("m", 3).getFirst().model();
    for (int i = 0; i < 3; i++) {
      arrives(model, 900 * MILLIS);
      arrives(model, 900 * MILLIS);

      assertEquals(List.of(0, 1), gpusAtWork());
      List.copyOf(stage.infers()).forEach(this::ends);
    }
  }

  @Test
  void aGpuThatIsStillLoadingItIsNotTakenForOneThatIsFree() {
    Model model = stage.model("m");
    stage.loading(model, 0);
    stage.resident(model, 1);

    arrives(model, 900 * MILLIS);

    assertEquals(List.of(1), gpusAtWork());
  }

  @Test
  void whoseHurriedRequestIsGoneLetsTheNextMostUrgentGoFirst() {
    Replica calmed = stage.resident(stage.model("m"), 0);
    Replica hurried = stage.resident(stage.model("n"), 0);
    Action.Infer running = stage.keepsBusy(calmed, 16);
    Pending gone = arrives(calmed.model(), 500 * MILLIS);
    Pending last = arrives(calmed.model(), 900 * MILLIS);
    Pending first = arrives(hurried.model(), 700 * MILLIS);
    stage.refuses(gone);

    ends(running);
    assertEquals(first.request().id(), stage.infers().getLast().parts().getFirst().request());
    ends(stage.infers().getFirst());
    assertEquals(last.request().id(), stage.infers().getLast().parts().getFirst().request());
  }

  @Test
  void aModelIsNoCandidateOnceItsLastRequestIsSent() {
    Replica replica = stage.resident(stage.model("m"), 0);
    stage.keepsBusy(replica, 1);
    arrives(replica.model(), 900 * MILLIS);
    assertTrue(replica.candidate().queued());

    ends(stage.infers().getFirst());

    assertEquals(1, stage.infers().size());
    assertFalse(replica.candidate().queued());
  }

  @Test
  void nobodyIsSentWhoseBatchWouldEndWithinTheMargin() {
    Leeway measured = Leeway.measured(stage.board());
    feeding = new Feeding(stage.board(), new FullBatches(), measured);
    Model model = stage.resident(stage.model("m"), 0).model();
    long least = LEG + 2 * MILLIS + measured.marginNanos(stage.gpu(0), stage.now());

    arrives(model, least - 1);
    assertEquals(List.of(), stage.infers());
    Pending inTime = arrives(model, least);

    assertEquals(inTime.request().id(), stage.infers().getFirst().parts().getFirst().request());
  }

  @Test
  void aGpuThatIsGoneIsNotWokenUp() {
    Replica replica = stage.resident(stage.model("m"), 0);
    stage.keepsBusy(replica, 16);
    arrives(replica.model(), 900 * MILLIS);

    feeding.left(stage.gpu(0));
    stage.passes(50 * MILLIS);

    assertEquals(1, stage.infers().size());
  }

  @Test
  void nobodyIsToldOfAModelThatIsForgotten() {
    List<Model> told = new ArrayList<>();
    DeferredBatches batches = new DeferredBatches(stage.board());
    batches.tells((model, _) -> told.add(model));
    feeding = new Feeding(stage.board(), batches, Leeway.measuredAhead(stage.board()));
    Model kept = stage.resident(stage.model("m"), 0).model();
    Model forgotten = stage.resident(stage.model("n"), 0).model();
    arrives(kept, 100 * MILLIS);
    arrives(forgotten, 100 * MILLIS);

    feeding.forget(forgotten);
    stage.passes(100 * MILLIS);

    assertEquals(List.of(kept), told);
  }
}
