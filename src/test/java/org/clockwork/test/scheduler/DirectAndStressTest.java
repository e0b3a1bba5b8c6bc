package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void directLoadsAgainWhatItsWorkerHasLostAndRunsTheRequestThen() {
    ModelId model = onItsGpu(direct);
    RequestId request = direct.submits(model, 1, 1_000);

    direct.isRefused(direct.infers().getFirst(), ErrorCode.WEIGHTS_NOT_PRESENT);

    assertEquals(List.of(), direct.endOf(request));
    direct.succeeds(direct.loads().getFirst());
    assertEquals(List.of(request), SchedulerScene.requestsOf(direct.infers().getFirst()));
  }

  @Test
  void directSendsALoadThatWasTooLateOnceMore() {
    direct.joins("w", 100);
    ModelId model = direct.serves("m");

    direct.isRefused(direct.loads().getFirst(), ErrorCode.LOAD_TOO_LATE);

    assertEquals(List.of(model), direct.loads().stream().map(Action.Load::model).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "stress"})
  void whatCouldNotBeLoadedIsTriedAgainLaterForARequestAlthoughThatCanNotWait(String policy) {
    SchedulerScene scene = new SchedulerScene(policy, SchedulerConfig.DEFAULT);
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    scene.isRefused(scene.loads().getFirst(), ErrorCode.RUNTIME_ERROR);
    scene.passes(1_000 * MILLIS);
    assertEquals(0, scene.loads().size());

    RequestId request = scene.submits(model, 1, 5);

    Verdict.Refused refused =
        assertInstanceOf(Verdict.Refused.class, scene.endOf(request).getFirst());
    assertEquals(RefusalCause.COLD_START, refused.cause());
    assertEquals(1, scene.loads().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "stress"})
  void modelsThatAreWithdrawnKeepNobodyWaitingForRoom(String policy) {
    SchedulerScene scene = new SchedulerScene(policy, SchedulerConfig.DEFAULT);
    scene.joins("w", 10);
    scene.serves("m");
    List<String> withdrawn = manyModels(scene, 10);
    withdrawn.forEach(scene::serves);
    ModelId last = scene.serves("n");
    withdrawn.forEach(name -> scene.happens(new Event.ModelUnwanted(name)));

    scene.isRefused(scene.loads().getFirst(), ErrorCode.LOAD_TOO_LATE); // Which makes room.

    assertEquals(List.of(last), scene.loads().stream().map(Action.Load::model).toList());
  }

  @Test
  void stressUnloadsTheLeastRecentlyUsedModelAndLoadsItAgain() {
    stress.joins("w", 100);
    ModelId unused = stress.serves("m");
    ModelId used = stress.serves("n");
    stress.loads().forEach(stress::succeeds);

    runsUntilAnUnload(used);

    assertEquals(List.of(unused), unloaded());
    assertEquals(List.of(unused), stress.loads().stream().map(Action.Load::model).toList());
  }

  @Test
  void stressUnloadsTheNextModelEightActionsLater() {
    stress.joins("w", 100);
    ModelId first = stress.serves("m");
    ModelId second = stress.serves("n");
    stress.loads().forEach(stress::succeeds);
    runsUntilAnUnload(second);
    stress.unloads().forEach(stress::succeeds);
    stress.loads().forEach(stress::succeeds);

    assertEquals(7, runsUntilAnUnload(first), "beside the LOAD");
    assertEquals(List.of(second), unloaded());
  }

  @Test
  void stressUnloadsNothingThatHasBatchesUnderWayButGivesItNoMore() {
    stress.joins("w", 100);
    ModelId leaving = stress.serves("m");
    ModelId other = stress.serves("n");
    stress.loads().forEach(stress::succeeds);
    stress.submits(leaving, 1, 60_000);
    Action.Infer last = stress.infers().getFirst();
    for (int i = 0; i < 8; i++) {
      stress.submits(other, 1, 60_000);
      stress.succeeds(stress.infers().getLast());
    }
    assertEquals(List.of(), unloaded());
    RequestId waits = stress.submits(leaving, 1, 60_000);
    assertEquals(List.of(last), stress.infers());

    stress.succeeds(last);

    assertEquals(List.of(leaving), unloaded());
    stress.succeeds(stress.loads().getFirst());
    assertEquals(List.of(waits), SchedulerScene.requestsOf(stress.infers().getFirst()));
  }

  @Test
  void stressDoesNotChooseWhatIsStillOnItsWay() {
    stress.joins("w", 100);
    ModelId onItsWay = stress.serves("m");
    ModelId there = stress.serves("n");
    stress.succeeds(stress.loads().getLast());

    runsUntilAnUnload(there);

    assertEquals(List.of(there), unloaded());
    assertEquals(onItsWay, stress.loads().getFirst().model());
  }

  @Test
  void whoWaitsUnderStressAtAGpuThatShutsDownIsSentToAnother() {
    WorkerId first = stress.joins("w", 100);
    WorkerId second = stress.joins("x", 100);
    ModelId model = stress.serves("m");
    stress.loads().forEach(stress::succeeds);
    stress.submitsEach(model, 2 * 128, 60_000);
    RequestId waits = stress.submits(model, 1, 60_000);
    assertEquals(List.of(), infersOf(waits));

    stress.happens(new Event.WorkerRetires(first));
    stress.succeeds(
        stress.infers().stream()
            .filter(infer -> stress.workerOf(infer).equals(second))
            .findFirst()
            .orElseThrow());

    assertEquals(List.of(second), infersOf(waits).stream().map(stress::workerOf).toList());
  }

  private List<Action.Infer> infersOf(RequestId request) {
    return stress.infers().stream()
        .filter(infer -> SchedulerScene.requestsOf(infer).contains(request))
        .toList();
  }

  @Test
  void modelsThatStressHasOnEveryGpuThatIsLeftKeepNobodyWaitingForRoom() {
    stress.joins("w", 90);
    WorkerId leaving = stress.joins("x", 100);
    List<String> everywhere = manyModels(stress, 10);
    everywhere.forEach(stress::serves);
    stress.serves("m");
    stress.leaves(leaving);
    Action.Load late = stress.loads().getLast();
    stress.succeeds(stress.loads().getFirst()); // And so they are looked at, eight at a time.
    stress.succeeds(stress.loads().getFirst());
    ModelId last = stress.serves("n");

    stress.isRefused(late, ErrorCode.LOAD_TOO_LATE); // Which makes room.

    assertEquals(last, stress.loads().getLast().model());
  }

  /** As many as are looked at in one decision, of so many pages each. */
  private static List<String> manyModels(SchedulerScene scene, int pages) {
    List<String> names = IntStream.range(0, 8).mapToObj(number -> "model" + number).toList();
    names.forEach(name -> scene.repository(name, pages, 10 * MILLIS));
    return names;
  }

  /** How many requests ran under stress, one after the other, before something was unloaded. */
  private int runsUntilAnUnload(ModelId model) {
    int requests = 0;
    while (stress.unloads().isEmpty() && requests < 100) {
      stress.submits(model, 1, 60_000);
      stress.succeeds(stress.infers().getFirst());
      requests++;
    }
    return requests;
  }

  private List<ModelId> unloaded() {
    return stress.unloads().stream().map(Action.Unload::model).toList();
  }

  /** A model that is loaded on the only GPU. */
  private static ModelId onItsGpu(SchedulerScene scene) {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    scene.succeeds(scene.loads().getFirst());
    return model;
  }
}
