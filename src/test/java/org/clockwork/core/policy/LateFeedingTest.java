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

/** Which GPU takes up whose requests, and when. A batch of n takes n + 1 ms. */
class LateFeedingTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final long LEG = Backstage.LEG;
  private static final long AHEAD = Backstage.AHEAD;

  private final List<Model> told = new ArrayList<>();
  private final Standby standby = new Standby();
  private Backstage stage = new Backstage(2);
  private LateFeeding feeding = feeding();

  private LateFeeding feeding() {
    return new LateFeeding(
        stage.board(),
        standby,
        new Overload(),
        new Turns(stage.board()),
        (model, _, _) -> told.add(model));
  }

  private void has(int gpus) {
    stage = new Backstage(gpus);
    feeding = feeding();
  }

  private Pending arrives(Model model, long sloNanos) {
    Pending request = stage.queues(model, 1, sloNanos);
    feeding.arrived(model, model.queue().first() == request, stage.now());
    return request;
  }

  /** It is answered, and its GPU has room. */
  private void ends(Action.Infer infer) {
    stage.succeeds(infer);
    feeding.room(stage.gpu(infer.gpu()), stage.now());
  }

  @Test
  void theGpuThatIsFreeFirstTakesARequestUpWhenItIsAboutToBeFree() {
    List<Replica> replicas = stage.everywhere("m", 2);
    stage.keepsBusy(replicas.get(0), 16);
    stage.keepsBusy(replicas.get(1), 8);

    arrives(replicas.getFirst().model(), 900 * MILLIS);

    assertEquals(2, stage.infers().size(), "both are busy");
    stage.passes(LEG + 9 * MILLIS - AHEAD);
    assertEquals(2, stage.infers().size());
    stage.passes(1);
    assertEquals(List.of(0, 1, 1), stage.infers().stream().map(infer -> infer.gpu()).toList());
    assertEquals(List.of(replicas.getFirst().model()), told);
  }

  @Test
  void anIdleGpuIsFreerThanOneThatIsLate() {
    List<Replica> replicas = stage.everywhere("m", 2);
    stage.keepsBusy(replicas.get(0), 1);
    stage.passes(5 * MILLIS);

    arrives(replicas.getFirst().model(), 900 * MILLIS);

    assertEquals(1, stage.infers().getLast().gpu());
  }

  @Test
  void everyGpuThatHoldsTheModelMayTakeItUp() {
    List<Replica> replicas = stage.everywhere("m", 2);
    stage.keepsBusy(replicas.get(0), 16);
    Action.Infer shorter = stage.keepsBusy(replicas.get(1), 8);
    Action.Infer longer = stage.infers().getFirst();
    arrives(replicas.getFirst().model(), 900 * MILLIS);

    ends(longer); // Sooner than the other one, although it was to take longer.

    assertEquals(0, stage.infers().getLast().gpu());
    assertTrue(stage.infers().contains(shorter));
  }

  @Test
  void aModelOnMoreGpusThanAreLookedAtReachesAllOfThem() {
    has(20);
    List<Replica> replicas = stage.everywhere("m", 20);
    Set<Integer> reached = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      arrives(replicas.getFirst().model(), 900 * MILLIS);
      stage.infers().forEach(infer -> reached.add(infer.gpu()));
    }

    assertEquals(20, reached.size(), reached::toString);
  }

  /** The GPU is about to end a batch, and somebody comes who has no time until then. */
  private Pending wouldBeTooLateBehindABatch(Replica replica) {
    Action.Infer running = stage.keepsBusy(replica, 16);
    stage.passes(LEG + 17 * MILLIS - AHEAD + 1);
    long margin = stage.board().delays().marginNanos();
    // Of what is left of the running batch, a leg is needed in any case.
    Pending tight = arrives(replica.model(), 2 * MILLIS + margin + (LEG + AHEAD) / 2);
    assertEquals(List.of(running), stage.infers(), "behind the batch it would be too late");
    return tight;
  }

  @Test
  void whoWouldBeTooLateIsLookedAtAgainWhenTheGpuIsFreeSoonerThanForeseen() {
    Pending tight = wouldBeTooLateBehindABatch(stage.everywhere("m", 1).getFirst());

    ends(stage.infers().getFirst());

    assertEquals(tight.request().id(), stage.infers().getLast().parts().getFirst().request());
  }

  @Test
  void whoComesBehindOneThatWouldBeTooLateIsLookedAtAllTheSame() {
    Replica replica = stage.everywhere("m", 1).getFirst();
    wouldBeTooLateBehindABatch(replica);

    Pending inTime = arrives(replica.model(), 900 * MILLIS);

    assertEquals(inTime.request().id(), stage.infers().getLast().parts().getFirst().request());
  }

  @Test
  void whatHasJustBeenLoadedIsRunAtOnce() {
    Model model = stage.model("m");
    Replica replica = stage.resident(model, 0);
    stage.queues(model, 1, 900 * MILLIS);

    feeding.resident(replica, stage.now());

    assertEquals(1, stage.infers().size());
  }

  @Test
  void whatIsStillBeingLoadedIsNotRun() {
    Model model = stage.model("m");
    stage.loading(model, 0);

    arrives(model, 900 * MILLIS);

    assertTrue(stage.infers().isEmpty());
    assertTrue(stage.gpu(0).candidates().isEmpty());
  }

  @Test
  void aGpuThatIsStillLoadingItIsNotTakenForOneThatIsFree() {
    Model model = stage.model("m");
    stage.loading(model, 0);
    stage.resident(model, 1);

    arrives(model, 900 * MILLIS);

    assertEquals(List.of(1), stage.infers().stream().map(infer -> infer.gpu()).toList());
  }

  /**
   * Somebody in a hurry has just come, for a model that both GPUs hold; the first one is busy, and
   * the second keeps free of a model that it alone holds, and whose smallest batch takes longer
   * than there is time.
   */
  private Pending secondStandsBy() {
    List<Replica> hurried = stage.everywhere("m", 2);
    Replica leisurely = stage.resident(stage.model("n"), 1);
    stage.keepsBusy(hurried.getFirst(), 16);
    Pending tight = stage.queues(hurried.getFirst().model(), 1, 3 * MILLIS);
    standby.arrived(tight, stage.now());
    stage.refuses(tight);
    return arrives(leisurely.model(), 900 * MILLIS);
  }

  @Test
  void aGpuThatKeepsFreeIsUsedAsSoonAsAnotherOneIsFree() {
    Pending waiting = secondStandsBy();
    assertEquals(1, stage.infers().size(), "one GPU keeps free");

    ends(stage.infers().getFirst());

    assertEquals(1, stage.infers().getLast().gpu());
    assertEquals(waiting.request().id(), stage.infers().getLast().parts().getFirst().request());
  }

  @Test
  void aGpuThatIsGoneIsNotUsedWhateverItKeptFreeFor() {
    secondStandsBy();
    Action.Infer running = stage.infers().getFirst();

    feeding.left(stage.gpu(1));
    ends(running);

    assertTrue(stage.infers().isEmpty());
  }

  @Test
  void aGpuThatIsGoneIsNotWokenUp() {
    Replica replica = stage.everywhere("m", 1).getFirst();
    stage.keepsBusy(replica, 16);
    arrives(replica.model(), 900 * MILLIS);

    feeding.left(stage.gpu(0));
    stage.passes(50 * MILLIS);

    assertEquals(1, stage.infers().size());
  }

  @Test
  void aModelThatNobodyWaitsForAnyMoreIsNoCandidate() {
    List<Replica> replicas = stage.everywhere("m", 1);
    Replica other = stage.resident(stage.model("n"), 0);
    Action.Infer running = stage.keepsBusy(replicas.getFirst(), 16);
    Pending gone = arrives(replicas.getFirst().model(), 800 * MILLIS);
    arrives(other.model(), 900 * MILLIS);
    stage.refuses(gone);
    assertTrue(replicas.getFirst().candidate().queued(), "nobody looks for it");

    ends(running);

    assertEquals(List.of(other.model()), told);
    assertFalse(replicas.getFirst().candidate().queued());
  }
}
