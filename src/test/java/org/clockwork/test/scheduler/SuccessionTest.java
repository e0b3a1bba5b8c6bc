package org.clockwork.test.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/** A controller that follows another one serves what that one served, and orders nothing twice. */
final class SuccessionTest {
  private static final ModelId OLD = Reign.first(1).firstModel();

  private final SchedulerScene scene =
      new SchedulerScene(Reign.of(2, 1), Policies.named(Policies.DEFAULT), SchedulerConfig.DEFAULT);

  @Test
  void aModelThatAWorkerHoldsKeepsItsIdAndIsServedWithoutBeingRegisteredAnew() {
    scene.joinsHolding("w", List.of(scene.hosted(OLD, "m", "m")), Set.of(OLD));

    ModelStatus.Ready ready = assertInstanceOf(ModelStatus.Ready.class, scene.statuses.getLast());
    assertEquals(OLD, ready.id());
    assertTrue(scene.outstanding(Action.Register.class).isEmpty());
    RequestId request = scene.submits(OLD, 1, 100);
    assertEquals(request, scene.infers().getFirst().parts().getFirst().request());
  }

  @Test
  void theOtherWorkersThatHoldItJoinIn() {
    scene.joinsHolding("w1", List.of(scene.hosted(OLD, "m", "m")), Set.of(OLD));
    scene.joinsHolding("w2", List.of(scene.hosted(OLD, "m", "m")), Set.of(OLD));

    assertEquals(2, assertInstanceOf(ModelStatus.Ready.class, scene.statuses.getLast()).hosts());
    assertTrue(scene.outstanding(Action.Register.class).isEmpty());
  }

  @Test
  void whoeverWantsTheModelGetsTheOneThatIsThere() {
    scene.joinsHolding("w", List.of(scene.hosted(OLD, "m", "m")), Set.of(OLD));
    assertEquals(OLD, scene.serves("m"));
  }

  @Test
  void aRequestForAModelThatIsNotTakenOverYetIsLeftToBeAskedAgain() {
    RequestId early = scene.submits(OLD, 1, 100);
    assertTrue(scene.endOf(early).isEmpty());
    scene.joinsHolding("w", List.of(scene.hosted(OLD, "m", "m")), Set.of(OLD));
    scene.arrives(early, OLD, 1, 100 * SchedulerScene.MILLIS);
    assertEquals(early, scene.infers().getFirst().parts().getFirst().request());
  }

  @Test
  void newModelsGetIdsThatNoReignBeforeHasGiven() {
    scene.joinsHolding("w", List.of(scene.hosted(OLD, "m", "m")), Set.of(OLD));
    scene.happens(new Event.ModelWanted("m#2", "m"));

    Action.Register asked = scene.outstanding(Action.Register.class).getFirst();
    assertNotEquals(OLD, asked.model());
    assertEquals(Reign.of(2, 1).firstModel(), asked.model());
  }

  @Test
  void aModelThatWasRegisteredAnewMeanwhileIsWithdrawnUnderItsOldId() {
    scene.joins("w1", 100);
    scene.serves("m");
    WorkerId late = scene.joinsHolding("w2", List.of(scene.hosted(OLD, "m", "m")), Set.of(OLD));

    Action.Withdraw withdrawn = scene.outstanding(Action.Withdraw.class).getFirst();
    assertEquals(OLD, withdrawn.model());
    assertEquals(late, scene.workerOf(withdrawn));
    Action.Register asked = scene.outstanding(Action.Register.class).getFirst();
    assertNotEquals(OLD, asked.model());
    assertEquals(late, scene.workerOf(asked));
  }

  @Test
  void aModelThatWasWithdrawnWhileItsWorkerHungDoesNotComeBack() {
    WorkerId worker = scene.joinsHolding("w", List.of(scene.hosted(OLD, "m", "m")), Set.of());
    scene.leaves(worker);
    scene.happens(new Event.ModelUnwanted("m"));
    assertInstanceOf(ModelStatus.Gone.class, scene.statuses.getLast());

    scene.joinsHolding("w", List.of(scene.hosted(OLD, "m", "m")), Set.of());

    assertInstanceOf(ModelStatus.Gone.class, scene.statuses.getLast());
    assertEquals(OLD, scene.outstanding(Action.Withdraw.class).getFirst().model());
  }
}
