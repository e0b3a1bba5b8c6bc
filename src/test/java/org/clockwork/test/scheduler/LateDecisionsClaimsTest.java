package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.LEG;
import static org.clockwork.test.scheduler.SchedulerScene.MARGIN;
import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** What the default policy promises whatever comes, and whom it gives up when. */
class LateDecisionsClaimsTest {
  private static final long STEP = MILLIS / 4;

  private final SchedulerScene scene = new SchedulerScene("default", SchedulerConfig.DEFAULT);
  private final Map<RequestId, Long> deadlines = new HashMap<>();
  private final Map<RequestId, ModelId> models = new HashMap<>();
  private final Map<ActionId, Long> ends = new HashMap<>();
  private final Map<Integer, Long> freeAt = new HashMap<>();

  /** On which GPU each model is, by LOADs that have ended. */
  private final Map<ModelId, Set<Integer>> resident = new HashMap<>();

  @Test
  void noGpuIdlesWhileSomebodyWaitsForItAndEverybodyIsAnsweredInTime() {
    Seeds.each(25, seed -> new LateDecisionsClaimsTest().plays(Seeds.random(seed)));
  }

  private void plays(RandomGenerator chance) {
    int gpus = chance.nextInt(1, 4);
    int[] pages = new int[gpus];
    Arrays.fill(pages, chance.nextBoolean() ? 20 : 100);
    scene.joins("w", pages);
    List<ModelId> all = List.of(scene.serves("m"), scene.serves("n"), scene.serves("o"));
    int most = chance.nextInt(1, 6);
    for (int step = 0; step < 720; step++) {
      if (step < 320 && chance.nextInt(4) == 0) {
        ModelId model = all.get(chance.nextInt(all.size()));
        boolean rested = scene.infers().isEmpty() && waiting().isEmpty() && isWarm(model);
        for (int i = chance.nextInt(1, most + 1); i > 0; i--) {
          RequestId request =
              submits(model, 1 + chance.nextInt(1 + chance.nextInt(3)), chance.nextLong(25, 90));
          assertFalse(rested && scene.infers().isEmpty(), "nobody else wants anything: " + request);
        }
      }
      scene.passes(STEP);
      works();
      holds();
    }
    assertEquals(List.of(), List.copyOf(waiting()), "everybody has his answer");
    assertTrue(deadlines.size() > 20, "so many came: " + deadlines.size());
  }

  private boolean isWarm(ModelId model) {
    return !resident.getOrDefault(model, Set.of()).isEmpty();
  }

  private RequestId submits(ModelId model, int rows, long sloMillis) {
    RequestId request = scene.submits(model, rows, sloMillis);
    deadlines.put(request, scene.nowNanos + sloMillis * MILLIS);
    models.put(request, model);
    return request;
  }

  /** Actions end when they would on a worker. */
  private void works() {
    for (Action.Unload unload : scene.unloads()) {
      resident.get(unload.model()).remove(unload.gpu());
      scene.succeeds(unload);
    }
    for (Action.Load load : scene.loads()) {
      long end = ends.computeIfAbsent(load.id(), _ -> scene.nowNanos + 10 * MILLIS + LEG);
      if (end <= scene.nowNanos) {
        resident.computeIfAbsent(load.model(), _ -> new HashSet<>()).add(load.gpu());
        scene.succeeds(load);
      }
    }
    for (Action.Infer infer : scene.infers()) {
      if (!ends.containsKey(infer.id())) {
        long begin = Math.max(scene.nowNanos, freeAt.getOrDefault(infer.gpu(), 0L));
        freeAt.put(infer.gpu(), begin + (infer.batch() + 1) * MILLIS);
        ends.put(infer.id(), freeAt.get(infer.gpu()) + LEG);
      }
      if (ends.get(infer.id()) <= scene.nowNanos) {
        scene.succeeds(infer);
      }
    }
  }

  private Set<RequestId> waiting() {
    Set<RequestId> told = scene.verdicts.stream().map(Verdict::request).collect(Collectors.toSet());
    Set<RequestId> waiting = new HashSet<>(deadlines.keySet());
    waiting.removeAll(told);
    return waiting;
  }

  private void holds() {
    Set<Integer> busy = scene.infers().stream().map(Action.Infer::gpu).collect(Collectors.toSet());
    for (RequestId request : waiting()) {
      assertTrue(deadlines.get(request) > scene.nowNanos, request + " waits beyond its deadline");
      Set<Integer> idle = new HashSet<>(resident.getOrDefault(models.get(request), Set.of()));
      idle.removeAll(busy);
      assertEquals(Set.of(), idle, request + " waits while they idle");
    }
  }

  // Who is given up, and when

  /** The model is on its way to the only GPU, and does not arrive. */
  private ModelId neverLoaded() {
    scene.joins("w", 10);
    return scene.serves("m");
  }

  private Verdict.Refused refused(RequestId request) {
    return assertInstanceOf(Verdict.Refused.class, scene.endOf(request).getFirst());
  }

  @Test
  void whoWaitsForALoadThatDoesNotEndIsToldWhenHeCouldNotRunAnyMoreAndThatItWasTheLoad() {
    ModelId model = neverLoaded();
    RequestId request = scene.submits(model, 1, 100);

    long hopeless = 100 * MILLIS - 2 * MILLIS - LEG - MARGIN;
    scene.passes(hopeless);
    assertTrue(scene.endOf(request).isEmpty());
    scene.passes(1);

    assertEquals(RefusalCause.COLD_START, refused(request).cause());
    assertEquals(10 * MILLIS, refused(request).retryAfterNanos());
    assertTrue(refused(request).reason().contains("loaded"), refused(request).reason());
  }

  @Test
  void whoWaitsForAGpuThatHasNoPagesIsToldALoadsTimeEarlier() {
    scene.joins("w", 10);
    ModelId there = scene.serves("m");
    scene.submits(there, 1, 1_000);
    scene.succeeds(scene.loads().getFirst()); // And runs, for longer than anybody waits.
    ModelId other = scene.serves("n");
    RequestId request = scene.submits(other, 1, 100);
    assertTrue(scene.loads().isEmpty(), "its pages are in use");

    scene.passes(100 * MILLIS - 10 * MILLIS - 2 * MILLIS - LEG - MARGIN);
    assertTrue(scene.endOf(request).isEmpty());
    scene.passes(1);

    assertEquals(RefusalCause.COLD_START, refused(request).cause());
  }

  @Test
  void whoCouldNotBeRunInTimeIsToldWhenToComeAgain() {
    scene.joins("w", 10);
    ModelId model = scene.servesWarm("m");
    scene.submits(model, 16, 1_000);
    RequestId request = scene.submits(model, 3, 16);

    scene.passes(16 * MILLIS);

    assertEquals(RefusalCause.QUEUE, refused(request).cause());
    assertEquals(5 * MILLIS, refused(request).retryAfterNanos());
  }

  @Test
  void aWorkerThatLeavesTakesItsGpusAndAnotherServesTheModel() {
    WorkerId first = scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    scene.submits(model, 1, 1_000);
    RequestId waits = scene.submits(model, 1, 1_000);

    WorkerId second = scene.joins("v", 100);
    scene.leaves(first);
    scene.loads().forEach(scene::succeeds);

    assertTrue(
        scene.infers().stream()
            .anyMatch(infer -> SchedulerScene.requestsOf(infer).contains(waits)));
    scene.infers().forEach(infer -> assertEquals(second, scene.workerOf(infer)));
  }

  // Under overload

  /** Three warm models on one GPU that has nothing to do, and within a second much may be lost. */
  private List<ModelId> threeModels(boolean overloaded) {
    scene.joins("w", 100);
    List<ModelId> three =
        List.of(scene.servesWarm("m"), scene.servesWarm("n"), scene.servesWarm("o"));
    scene.passes(3_000 * MILLIS);
    for (int i = 0; overloaded && i < 60; i++) {
      scene.submits(three.getFirst(), 16, 60);
    }
    for (int i = 0; i < 60; i++) {
      scene.passes(2 * MILLIS);
      works();
    }
    assertEquals(List.of(), scene.infers());
    return three;
  }

  private ModelId nextAfterABatch(boolean overloaded) {
    List<ModelId> three = threeModels(overloaded);
    scene.submits(three.getFirst(), 16, 1_000);
    scene.submits(three.get(1), 1, 200);
    scene.submitsEach(three.getLast(), 8, 210);
    scene.passes(LEG + 17 * MILLIS);
    return scene.infers().getLast().model();
  }

  @Test
  void whereNothingIsLostUrgencyDecidesAndWhereMuchIsTheFullerBatchOvertakes() {
    ModelId calm = nextAfterABatch(false);
    ModelId overloaded = new LateDecisionsClaimsTest().nextAfterABatch(true);

    assertEquals(1, calm.value(), "has to begin 3 ms sooner");
    assertEquals(2, overloaded.value(), "gets most done");
  }

  @Test
  void underOverloadWhoCanBeInNoFullBatchAnyMoreIsGivenUp() {
    List<ModelId> three = threeModels(true);
    scene.submits(three.getFirst(), 16, 1_000);
    RequestId request = scene.submits(three.get(1), 1, 30);

    // 30 ms less a full batch's 17, and the ways.
    scene.passes(11 * MILLIS);
    assertTrue(scene.endOf(request).isEmpty());
    scene.passes(2 * MILLIS);

    assertEquals(RefusalCause.QUEUE, refused(request).cause());
  }

  @Test
  void withoutOverloadTheSameRequestIsServed() {
    List<ModelId> three = threeModels(false);
    scene.submits(three.getFirst(), 16, 1_000);
    RequestId request = scene.submits(three.get(1), 1, 30);

    scene.passes(LEG + 17 * MILLIS);

    assertEquals(List.of(request), SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void soItIsWhereBatchesAreNotFullAnyway() {
    List<ModelId> three = threeModels(true);
    for (int i = 0; i < 20; i++) {
      scene.submits(three.getLast(), 1, 1_000);
      works();
      scene.passes(3 * MILLIS); // One by one, while the GPU has nothing to do.
      works();
    }
    assertEquals(List.of(), scene.infers());
    scene.submits(three.getFirst(), 16, 1_000);
    RequestId request = scene.submits(three.get(1), 1, 30);

    scene.passes(LEG + 17 * MILLIS);

    assertEquals(List.of(request), SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void whoIsTurnedAwayBecauseOthersAreLoadedFirstIsLostAsWell() {
    for (int i = 0; i < 6; i++) {
      scene.repository("cold" + i, 10, 10 * MILLIS);
    }
    List<ModelId> three = threeModels(false);
    for (int i = 0; i < 5; i++) {
      scene.submits(scene.serves("cold" + i), 1, 60);
    }
    ModelId last = scene.serves("cold5");
    for (RequestId each : scene.submitsEach(last, 20, 60)) {
      assertEquals(RefusalCause.COLD_START, refused(each).cause());
    }
    scene.submits(three.getFirst(), 16, 1_000);
    RequestId request = scene.submits(three.get(1), 1, 30);

    scene.passes(13 * MILLIS);

    assertEquals(RefusalCause.QUEUE, refused(request).cause());
  }

  // Tenants

  /** Of a flood so many requests are let in within half a second, beside one in a hurry. */
  private int letIn(ModelId flooded, ModelId hurried) {
    List<RequestId> flood = new ArrayList<>();
    for (int millis = 0; millis < 500; millis++) {
      flood.add(scene.submitsFor("rich", 0, flooded, 60));
      if (millis % 4 == 0) {
        scene.submitsFor("poor", 0, hurried, 12);
      }
      for (long passed = 0; passed < MILLIS; passed += STEP) {
        scene.passes(STEP);
        works();
      }
    }
    Set<RequestId> limited =
        scene.verdicts.stream()
            .filter(Verdict.Refused.class::isInstance)
            .map(Verdict.Refused.class::cast)
            .filter(refused -> refused.cause() == RefusalCause.TENANT_LIMIT)
            .map(Verdict.Refused::request)
            .collect(Collectors.toSet());
    scene.verdicts.clear();
    flood.removeAll(limited);
    return flood.size();
  }

  @Test
  void aTenantMayHaveLessAsLongAsMostOfAnothersRequestsAreLostBesideIt() {
    scene.joins("w", 100);
    ModelId flooded = scene.servesWarm("m");
    ModelId hurried = scene.servesWarm("n");
    letIn(flooded, hurried);
    int atFirst = letIn(flooded, hurried);
    for (int i = 0; i < 4; i++) {
      letIn(flooded, hurried);
    }

    int later = letIn(flooded, hurried);

    assertTrue(later < 0.85 * atFirst, later + " after " + atFirst);
  }

  // What follows from one event for the next

  @Test
  void plansForThoseWhoAreThroughKeepNobodyOut() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    for (int round = 0; round < 5; round++) {
      // Two full batches and a half, of 17 ms each.
      for (RequestId each : scene.submitsEach(model, 40, 60)) {
        assertTrue(scene.endOf(each).isEmpty(), "round %d: %s".formatted(round, scene.endOf(each)));
      }
      for (int i = 0; i < 70; i++) {
        scene.passes(2 * MILLIS);
        works();
      }
    }
  }

  @Test
  void whoWasTurnedAwayBecauseALoadTakesTooLongHasItLoadedForTheNext() {
    scene.joins("w", 10);
    ModelId model = scene.serves("m");
    scene.passes(3_000 * MILLIS);
    scene.loads().forEach(scene::succeeds);
    assertEquals(List.of(), scene.loads(), "nobody has asked");

    RequestId request = scene.submits(model, 1, 12);

    assertEquals(RefusalCause.COLD_START, refused(request).cause());
    assertEquals(1, scene.loads().size());
  }

  @Test
  void eachInTurnIsToldWhenHeIsWaitedForInVain() {
    ModelId model = neverLoaded();
    scene.submits(model, 1, 100);
    RequestId second = scene.submits(model, 1, 150);

    scene.passes(150 * MILLIS - 2 * MILLIS - LEG - MARGIN + 1);

    assertEquals(RefusalCause.COLD_START, refused(second).cause());
  }
}
