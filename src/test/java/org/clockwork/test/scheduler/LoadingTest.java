package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/** Which weights go where, and which have to go. */
final class LoadingTest {
  private final SchedulerScene scene = new SchedulerScene();

  @Test
  void theLeastRecentlyUsedModelMakesRoom() {
    scene.joins("w", 20);
    ModelId first = scene.servesWarm("m");
    ModelId second = scene.servesWarm("n");
    ModelId third = scene.serves("o");
    uses(first);
    uses(second);
    uses(first);

    scene.submits(third, 1, 200);

    assertEquals(List.of(second), modelsOf(scene.unloads()));
    assertEquals(List.of(third), modelsOf(scene.loads()));
    assertTrue(
        scene.unloads().getFirst().id().number() < scene.loads().getFirst().id().number(),
        "its pages are free before they are taken");
  }

  @Test
  void whatRunsStaysAndWhoNeedsItsPagesWaits() {
    scene.joins("w", 10);
    ModelId busy = scene.servesWarm("m");
    ModelId cold = scene.serves("n");
    scene.submits(busy, 1, 200);

    scene.submits(cold, 1, 200);
    assertTrue(scene.unloads().isEmpty() && scene.loads().isEmpty());

    scene.passes(2 * MILLIS);
    scene.succeeds(scene.infers().getFirst());
    assertEquals(List.of(busy), modelsOf(scene.unloads()));
    assertEquals(List.of(cold), modelsOf(scene.loads()));
  }

  @Test
  void aModelThatIsThereAlreadyIsUsedAndNotLoadedForEver() {
    scene.joins("w", 10);
    ModelId model = scene.serves("m");
    scene.submits(model, 1, 200);

    scene.isRefused(scene.loads().getFirst(), ErrorCode.WEIGHTS_ALREADY_LOADED);

    assertTrue(scene.loads().isEmpty());
    assertEquals(1, scene.infers().size());
  }

  @Test
  void whoWaitedForALoadIsToldHowLongAndWhoCameLaterThatItWasNone() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    RequestId first = scene.submits(model, 1, 200);
    scene.passes(6 * MILLIS);
    RequestId second = scene.submits(model, 1, 200);
    scene.passes(4 * MILLIS);
    scene.succeeds(scene.loads().getFirst());
    scene.succeeds(scene.infers().getFirst());
    RequestId warm = scene.submits(model, 1, 200);

    Verdict.Dispatched longest = dispatch(first);
    Verdict.Dispatched shorter = dispatch(second);
    assertTrue(longest.coldStart() && shorter.coldStart());
    assertTrue(longest.loadNanos() > shorter.loadNanos(), longest + " " + shorter);
    assertTrue(shorter.loadNanos() > 0 && shorter.loadNanos() <= 4 * MILLIS, shorter::toString);
    assertTrue(longest.loadNanos() <= longest.queuedNanos(), longest::toString);
    assertEquals(0, dispatch(warm).loadNanos());
  }

  private Verdict.Dispatched dispatch(RequestId request) {
    return scene.verdicts.stream()
        .filter(Verdict.Dispatched.class::isInstance)
        .map(Verdict.Dispatched.class::cast)
        .filter(verdict -> verdict.request().equals(request))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsOnItsWayStays() {
    scene.joins("w", 10);
    ModelId coming = scene.serves("m");
    ModelId cold = scene.serves("n");
    scene.submits(coming, 1, 200);

    scene.submits(cold, 1, 200);

    assertEquals(List.of(coming), modelsOf(scene.loads()));
    assertTrue(scene.unloads().isEmpty());
  }

  @Test
  void aHotModelIsLoadedWhereItCanBeServedBesides() {
    scene.joins("w", 100, 100);
    ModelId model = scene.servesWarm("m");

    // 100 requests of 2 ms each, to be served within 100 ms.
    for (int i = 0; i < 100; i++) {
      scene.submits(model, 1, 100);
    }

    assertEquals(List.of(model), modelsOf(scene.loads()));
    assertTrue(
        scene.infers().stream().noneMatch(infer -> infer.gpu() == scene.loads().getFirst().gpu()));
  }

  @Test
  void aModelWithLittleToDoStaysOnOneGpu() {
    scene.joins("w", 100, 100);
    ModelId model = scene.servesWarm("m");

    scene.submits(model, 1, 100);

    assertTrue(scene.loads().isEmpty());
  }

  @Test
  void aModelWhoseRequestsAreAllServedInTimeStaysOnOneGpuHoweverManyItHasHad() {
    scene.joins("w", 100, 100);
    ModelId model = scene.servesWarm("m");

    for (int round = 0; round < 40; round++) {
      scene.submitsEach(model, 8, 1_000); // More than are sent at once.
      while (!scene.infers().isEmpty()) {
        scene.passes(3 * MILLIS);
        scene.succeeds(scene.infers().getFirst());
      }
    }

    assertTrue(scene.loads().isEmpty());
  }

  @Test
  void aModelThatIsOnAGpuSinceBeforeThisControllerIsNotLoadedOntoAnotherForLittle() {
    SchedulerScene successor =
        new SchedulerScene(Reign.of(2, 1), Policies.named("infer5"), SchedulerConfig.DEFAULT);
    ModelId model = Reign.first(1).firstModel();
    successor.joinsHolding("w1", List.of(successor.hosted(model, "m", "m")), Set.of(model));
    successor.joinsHolding("w2", List.of(successor.hosted(model, "m", "m")), Set.of());

    successor.submitsEach(model, 8, 1_000); // More than are sent at once.

    assertTrue(!successor.infers().isEmpty() && successor.loads().isEmpty());
  }

  @Test
  void aModelThatFitsNowhereIsNotLoaded() {
    scene.repository("big", 30, 10 * MILLIS);
    scene.joins("w", 20);
    ModelId model = scene.serves("big");

    scene.submits(model, 1, 200);

    assertTrue(scene.loads().isEmpty());
  }

  @Test
  void aFailedLoadIsTriedAgainAfterASecondAndItsPagesAreNotLost() {
    scene.joins("w", 10);
    ModelId model = scene.serves("m");
    scene.submits(model, 1, 200);
    scene.isRefused(scene.loads().getFirst(), ErrorCode.RUNTIME_ERROR);

    scene.passes(900 * MILLIS);
    scene.submits(model, 1, 200);
    assertTrue(scene.loads().isEmpty());

    scene.passes(150 * MILLIS);
    scene.submits(model, 1, 200);
    assertEquals(List.of(model), modelsOf(scene.loads()));
  }

  @Test
  void theLastWarmReplicaOfAModelToBeKeptWarmStays() {
    scene.joins("w", false, true, 10);
    ModelId kept = scene.serves("m");
    scene.succeeds(scene.loads().getFirst());
    ModelId other = scene.serves("n");
    scene.passes(2 * MILLIS);

    scene.submits(other, 1, 200);

    assertTrue(scene.unloads().isEmpty(), "%s is to be kept warm".formatted(kept));
  }

  @Test
  void aLoadExecutorIsFedOnlyUpToItsHorizon() {
    for (int i = 0; i < 6; i++) {
      scene.repository("m" + i, 10, 10 * MILLIS);
    }
    scene.joins("w", 100);

    for (int i = 0; i < 6; i++) {
      scene.submits(scene.serves("m" + i), 1, 300);
    }

    // 10 ms each and 25 ms of horizon.
    assertEquals(3, scene.loads().size());
  }

  private void uses(ModelId model) {
    scene.submits(model, 1, 200);
    scene.passes(2 * MILLIS);
    scene.succeeds(scene.infers().getFirst());
  }

  private static List<ModelId> modelsOf(List<? extends Action> actions) {
    return actions.stream().map(Action::model).toList();
  }
}
