package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which model is loaded where, when there is a choice. */
class LoadingChoicesTest {
  private SchedulerScene scene = new SchedulerScene("default", SchedulerConfig.DEFAULT);

  private List<ModelId> loading() {
    return scene.loads().stream().map(Action::model).toList();
  }

  private static int[] gpus(int count, int pages) {
    int[] gpus = new int[count];
    Arrays.fill(gpus, pages);
    return gpus;
  }

  @Test
  void aColdModelGoesToTheGpuWithLessToDo() {
    scene.joins("w", gpus(3, 100));
    ModelId busy = scene.servesWarm("m");
    scene.submits(busy, 16, 1_000);
    int busyGpu = scene.infers().getFirst().gpu();

    scene.submits(scene.serves("n"), 1, 300);

    assertNotEquals(busyGpu, scene.loads().getFirst().gpu());
  }

  @Test
  void amongIdleGpusTheFirstOneIsTaken() {
    scene.joins("w", gpus(3, 100));

    scene.submits(scene.serves("m"), 1, 300);

    assertEquals(0, scene.loads().getFirst().gpu());
  }

  @Test
  void ofManyGpusOthersAreLookedAtTheNextTime() {
    scene.joins("w", gpus(12, 100));

    scene.submits(scene.serves("m"), 1, 300);
    scene.submits(scene.serves("n"), 1, 300);

    assertEquals(0, scene.loads().getFirst().gpu());
    assertEquals(8, scene.loads().getLast().gpu());
  }

  @Test
  void aModelThatIsOnItsWayIsNotLoadedElsewhereForWhatItWillServe() {
    scene.joins("w", gpus(2, 100));
    ModelId model = scene.serves("m");
    scene.submits(model, 1, 300);
    scene.passes(2 * MILLIS);

    scene.submits(model, 1, 300);

    assertEquals(List.of(model), loading());
  }

  @Test
  void whatIsWantedMostIsLoadedFirstWhenThereIsRoom() {
    for (int i = 0; i < 3; i++) {
      scene.repository("m" + i, 10, 10 * MILLIS);
    }
    scene.joins("w", 100);
    for (int i = 0; i < 3; i++) {
      scene.submits(scene.serves("m" + i), 1, 300);
    }
    ModelId little = scene.serves("n");
    ModelId much = scene.serves("o");
    scene.submits(little, 1, 300);
    scene.submitsEach(much, 5, 300);
    assertEquals(1, loading().size(), "its executor has enough to do");

    scene.passes(10 * MILLIS);
    scene.succeeds(scene.loads().getFirst());

    assertEquals(much, loading().getLast());
  }

  @Test
  void whoFitsNowhereStandsInNobodysWayAndIsRemembered() {
    scene.repository("big", 50, 10 * MILLIS);
    scene.repository("m0", 10, 10 * MILLIS);
    scene.joins("w", 40);
    ModelId big = scene.serves("big");
    scene.submitsEach(big, 10, 900);
    scene.submits(scene.serves("m0"), 1, 300);
    ModelId small = scene.serves("n");
    scene.submits(small, 1, 900);
    assertEquals(1, loading().size(), "its executor has enough to do");

    scene.passes(10 * MILLIS);
    scene.succeeds(scene.loads().getFirst());
    assertEquals(small, loading().getLast(), "big is wanted more but does not fit");

    scene.joins("v", 100);
    assertTrue(loading().contains(big), "now it does");
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 500})
  void aModelIsLoadedBeforeAnybodyAsksWhereItsObjectiveLeavesNoTimeForALoad(int objectiveMillis) {
    scene.repository("slow", 10, 60 * MILLIS); // With its EXEC more than half of 100 ms.
    scene.defaultObjective("slow", objectiveMillis * MILLIS);
    scene.joins("w", 100);

    scene.serves("slow");

    assertEquals(objectiveMillis == 100 ? 1 : 0, loading().size());
  }

  @Test
  void withoutAnObjectiveOfItsOwnAModelHasFiveTimesItsExecutionAtLeast() {
    SchedulerConfig usual = SchedulerConfig.DEFAULT;
    SchedulerConfig tight =
        new SchedulerConfig(
            5 * MILLIS,
            usual.sloBufferNanos(),
            usual.scheduleAheadNanos(),
            usual.latestDeltaNanos(),
            usual.loadHorizonNanos(),
            usual.maxLagNanos(),
            usual.maxExecNanos(),
            usual.maxBatch(),
            usual.controlLegNanos(),
            usual.maxQueuedPerModel(),
            usual.maxModels());
    scene = new SchedulerScene("default", tight);
    scene.repository("quick", 10, MILLIS); // 2 × (1 + 2) ms are beyond 5 ms, and within 10.
    scene.joins("w", 100);

    scene.serves("quick");

    assertEquals(0, loading().size());
  }
}
