package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.policy.Placing.Spread;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Weights;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where models are loaded that are to be on one GPU, or on all, and when. */
class PlacingTest {
  /** Models that are looked at in one decision. */
  private static final int REACH = 8;

  private Backstage stage;
  private Placing placing;

  /** GPUs of so many pages, all of which are known to be there. */
  private void has(Spread spread, int... pages) {
    hasNotSeen(spread, pages);
    for (int gpu = 0; gpu < pages.length; gpu++) {
      placing.room(stage.gpu(gpu), stage.now());
    }
  }

  /** GPUs of so many pages, none of which is known yet. */
  private void hasNotSeen(Spread spread, int... pages) {
    stage = Backstage.withPages(pages);
    placing = new Placing(stage.board(), spread);
  }

  private Weights places(String name, int pages) {
    Model model = stage.model(name, pages);
    placing.place(model.weights(), stage.now());
    return model.weights();
  }

  private List<Weights> place(int count, int pages) {
    List<Weights> placed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      placed.add(places("model" + i, pages));
    }
    return placed;
  }

  /** A model that nobody places fills so many pages of the GPU. */
  private Replica isInTheWay(int gpu, int pages) {
    return stage.resident(stage.model("big on " + gpu, pages), gpu);
  }

  /** It is unloaded, and its GPU has room. */
  private void givesWay(Replica replica) {
    stage.goes(replica);
    placing.room(replica.gpu(), stage.now());
  }

  private List<Integer> gpusOf(Weights model) {
    return model.residences().stream().map(each -> each.gpu().id().index()).toList();
  }

  private List<ModelId> loaded() {
    return stage.loads().stream().map(Action.Load::model).toList();
  }

  @Test
  void whatIsToBeOnOneGpuGoesWhereMostPagesAreFreeToTheFirstAmongEquals() {
    has(Spread.ONE_GPU, 30, 50, 40);

    assertEquals(List.of(1), gpusOf(places("m", 10)));
    assertEquals(List.of(1), gpusOf(places("n", 10)), "the second and the third have 40 pages");
    assertEquals(List.of(2), gpusOf(places("o", 10)));
  }

  @Test
  void whatIsToBeOnOneGpuIsLoadedOnce() {
    has(Spread.ONE_GPU, 50, 50);
    Weights model = places("m", 10);

    placing.place(model, stage.now());
    placing.room(stage.gpu(1), stage.now());

    assertEquals(List.of(model.id()), loaded());
  }

  @Test
  void whatIsToBeOnAllGpusIsLoadedOnEachOnce() {
    has(Spread.ALL_GPUS, 50, 40);
    Weights model = places("m", 10);

    placing.place(model, stage.now());
    placing.room(stage.gpu(0), stage.now());

    assertEquals(List.of(0, 1), gpusOf(model));
    assertEquals(2, stage.loads().size());
  }

  @Test
  void aModelThatFillsAllPagesIsPlaced() {
    has(Spread.ONE_GPU, 10);

    assertEquals(List.of(0), gpusOf(places("m", 10)));
    assertEquals(List.of(), gpusOf(places("n", 1)));
  }

  @ParameterizedTest
  @EnumSource
  void aModelThatFoundNoRoomIsPlacedWhenRoomComes(Spread spread) {
    has(spread, 15);
    Replica big = isInTheWay(0, 10);
    Weights model = places("m", 10);
    assertEquals(List.of(), gpusOf(model));

    givesWay(big);

    assertEquals(List.of(0), gpusOf(model));
  }

  @ParameterizedTest
  @EnumSource
  void aModelThatWasThereBeforeAnyGpuIsPlacedOnTheFirstThatComes(Spread spread) {
    hasNotSeen(spread, 15);
    Weights model = places("m", 10);
    assertEquals(List.of(), gpusOf(model));

    placing.room(stage.gpu(0), stage.now());

    assertEquals(List.of(0), gpusOf(model));
  }

  @Test
  void aModelWithoutRoomOnOneOfAllGpusGetsItThereLater() {
    has(Spread.ALL_GPUS, 20, 20);
    Replica big = isInTheWay(1, 15);
    Weights model = places("m", 10);
    assertEquals(List.of(0), gpusOf(model));

    givesWay(big);

    assertEquals(List.of(0, 1), gpusOf(model));
  }

  @Test
  void aGpuThatComesLaterGetsWhatAllOthersHave() {
    hasNotSeen(Spread.ALL_GPUS, 50, 50);
    placing.room(stage.gpu(0), stage.now());
    List<Weights> models = place(2, 10);

    placing.room(stage.gpu(1), stage.now());

    for (Weights each : models) {
      assertEquals(List.of(0, 1), gpusOf(each));
    }
  }

  @ParameterizedTest
  @EnumSource
  void eightModelsAreLookedAtInOneDecisionAndTheOthersInTheNext(Spread spread) {
    has(spread, 100);
    Replica big = isInTheWay(0, 100);
    List<Weights> models = place(REACH + 2, 10);

    givesWay(big);
    assertEquals(models.subList(0, REACH).stream().map(Weights::id).toList(), loaded());

    placing.room(stage.gpu(0), stage.now());
    assertEquals(models.stream().map(Weights::id).toList(), loaded());
  }

  @ParameterizedTest
  @EnumSource
  void modelsThatFindNoRoomKeepThoseBehindThemWaitingForOneDecisionOnly(Spread spread) {
    has(spread, 30);
    Replica big = isInTheWay(0, 30);
    place(REACH, 40);
    Weights small = places("small", 10);

    givesWay(big);
    assertEquals(List.of(), gpusOf(small));

    placing.room(stage.gpu(0), stage.now());
    assertEquals(List.of(0), gpusOf(small));
  }

  @ParameterizedTest
  @EnumSource
  void modelsThatAreWhereTheyShouldBeKeepNobodyWaiting(Spread spread) {
    has(spread, 100);
    Replica big = isInTheWay(0, 20);
    for (Weights each : place(REACH, 10)) {
      placing.place(each, stage.now()); // Another worker has it in its memory, too.
    }
    Weights last = places("last", 20);

    givesWay(big);

    assertEquals(List.of(0), gpusOf(last));
  }

  @ParameterizedTest
  @EnumSource
  void whatLostItsPlaceGetsAnotherWhenThereIsRoomAndNotBefore(Spread spread) {
    has(spread, 50);
    Weights model = places("m", 10);
    Replica replica = model.residences().getFirst().replicas().getFirst();
    stage.comes(replica);

    stage.goes(replica);
    placing.evicted(model);
    assertEquals(List.of(), loaded());

    placing.room(stage.gpu(0), stage.now());
    assertEquals(List.of(model.id()), loaded());
  }

  @ParameterizedTest
  @EnumSource
  void whatHasBeenForgottenIsNotPlacedWhenRoomComes(Spread spread) {
    has(spread, 30);
    Replica big = isInTheWay(0, 30);
    List<Weights> models = place(2, 10);

    placing.forget(models.getFirst());
    givesWay(big);

    assertEquals(List.of(models.getLast().id()), loaded());
  }

  @Test
  void whatIsWithdrawnComesOnNoOtherGpuWhileItsLastBatchesRun() {
    hasNotSeen(Spread.ALL_GPUS, 50, 50);
    placing.room(stage.gpu(0), stage.now());
    Weights model = places("m", 10);
    Replica replica = model.residences().getFirst().replicas().getFirst();
    stage.comes(replica);
    stage.keepsBusy(replica, 1);

    stage.withdraws("m");
    placing.room(stage.gpu(1), stage.now());

    assertEquals(List.of(0), gpusOf(model));
  }

  @Test
  void aGpuThatHasLeftGetsNothing() {
    has(Spread.ONE_GPU, 40, 30);

    placing.left(stage.gpu(0));

    assertEquals(List.of(1), gpusOf(places("m", 10)));
  }

  @Test
  void aGpuThatHasLeftIsNotWaitedForWhateverEndsThereAfterwards() {
    has(Spread.ALL_GPUS, 10);
    Gpu staying = stage.joins("x");
    placing.room(staying, stage.now());
    Replica big = isInTheWay(1, 20);
    place(REACH, 10);

    stage.retires();
    placing.left(stage.gpu(0));
    placing.room(stage.gpu(0), stage.now());
    placing.room(staying, stage.now());
    Weights last = places("last", 20);
    givesWay(big);

    assertTrue(staying.has(last));
  }
}
