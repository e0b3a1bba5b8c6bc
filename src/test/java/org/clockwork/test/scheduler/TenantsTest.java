package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/**
 * Whose request is beyond its tenant's share. A batch of n takes n + 1 ms, so a request costs 17/16
 * ms; credit is kept for 100 ms, so half of a GPU is worth 50 ms at once, which is 48 requests.
 */
class TenantsTest {
  private SchedulerScene scene;
  private WorkerId worker;
  private ModelId model;

  private void oneGpu(Map<String, Double> weights, int maxTenants) {
    scene = new SchedulerScene("default", SchedulerConfig.DEFAULT.withTenants(weights, maxTenants));
    worker = scene.joins("w", 100);
    model = scene.serves("m");
    scene.submits(model, 1, 1_000);
    scene.succeeds(scene.loads().getFirst());
    scene.succeeds(scene.infers().getFirst());
    scene.passes(2_000 * MILLIS); // Nobody remembers who asked for that.
  }

  private void oneGpu() {
    oneGpu(Map.of(), 256);
  }

  private List<RequestId> submits(String tenant, int count) {
    List<RequestId> submitted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      submitted.add(scene.submitsFor(tenant, 0, model, 500));
    }
    return submitted;
  }

  private List<RequestId> limited(List<RequestId> requests) {
    return requests.stream()
        .filter(
            request ->
                scene.endOf(request).stream()
                    .anyMatch(
                        end ->
                            end instanceof Verdict.Refused refused
                                && refused.cause() == RefusalCause.TENANT_LIMIT))
        .toList();
  }

  @Test
  void whoAsksForMuchMoreThanItsShareIsToldSoAtOnceAndOthersNoticeNothing() {
    oneGpu();
    submits("modest", 10);
    List<RequestId> flood = submits("greedy", 300);
    List<RequestId> modest = submits("modest", 30);

    List<RequestId> refused = limited(flood);
    assertTrue(refused.size() > 100, refused.size() + " of 300");
    assertEquals(List.of(), limited(modest));
    var last = assertInstanceOf(Verdict.Refused.class, scene.endOf(refused.getLast()).getFirst());
    assertTrue(last.reason().contains("'greedy'"), last.reason());
    assertTrue(last.retryAfterNanos() > 0, "it is worth coming back");
  }

  @Test
  void afterTheTimeThatItWasToldATenantHasCreditAgain() {
    oneGpu();
    submits("modest", 10);
    RequestId refused = limited(submits("greedy", 300)).getLast();
    var told = assertInstanceOf(Verdict.Refused.class, scene.endOf(refused).getFirst());

    scene.passes(told.retryAfterNanos() / 2);
    assertEquals(1, limited(submits("greedy", 1)).size());
    scene.passes(told.retryAfterNanos() - told.retryAfterNanos() / 2);
    assertEquals(0, limited(submits("greedy", 1)).size());
  }

  @Test
  void aTenantThatIsAloneHasAllThereIs() {
    oneGpu();
    assertEquals(List.of(), limited(submits("greedy", 600)));
  }

  @Test
  void aSecondAfterTheOthersHaveGoneATenantIsAlone() {
    oneGpu();
    submits("modest", 10);
    assertNotEquals(List.of(), limited(submits("greedy", 300)));

    scene.passes(1_200 * MILLIS);
    assertEquals(List.of(), limited(submits("greedy", 300)));
  }

  @Test
  void whereAGpuHasNothingToDoNobodyIsBeyondItsShare() {
    oneGpu();
    submits("modest", 10);
    assertNotEquals(List.of(), limited(submits("greedy", 300)));

    while (!scene.infers().isEmpty()) {
      scene.infers().forEach(scene::succeeds);
      scene.passes(2 * MILLIS);
    }
    assertEquals(List.of(), limited(submits("greedy", 40)), "more than its credit");
  }

  @Test
  void whoWeighsThreeTimesAsMuchMayHaveThreeTimesAsMuch() {
    oneGpu(Map.of("heavy", 3.0), 256);
    List<RequestId> heavy = new ArrayList<>();
    List<RequestId> light = new ArrayList<>();
    for (int millis = 0; millis < 450; millis++) {
      if (millis == 150) { // Until then there is credit, and time enough for everybody.
        light.clear();
        heavy.clear();
      }
      light.addAll(submits("light", 2));
      heavy.addAll(submits("heavy", 2));
      scene.passes(MILLIS);
    }
    int ofLight = light.size() - limited(light).size();
    int ofHeavy = heavy.size() - limited(heavy).size();
    assertTrue(ofHeavy > 2.5 * ofLight && ofHeavy < 3.5 * ofLight, ofHeavy + " beside " + ofLight);
  }

  @Test
  void whatWasPromisedOnceIsNotRefusedForTheSakeOfAShare() {
    oneGpu();
    RequestId promised = scene.submitsFor("greedy", 0, model, 500);
    Action.Infer infer = scene.infers().getFirst();
    assertEquals(List.of(promised), SchedulerScene.requestsOf(infer));
    scene.joins("v", 100);
    submits("modest", 10);
    assertNotEquals(List.of(), limited(submits("greedy", 300)));

    scene.leaves(worker);

    assertEquals(List.of(), limited(List.of(promised)));
    assertEquals(List.of(), scene.endOf(promised));
  }

  @Test
  void beyondItsShareATenantKeepsWhatIsMoreUrgentAndOnlyItsOwnStandsBack() {
    oneGpu();
    submits("modest", 1);
    List<RequestId> calm = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      calm.add(scene.submitsFor("greedy", 2, model, 500));
    }
    int refused = limited(calm).size();
    assertTrue(refused > 100, refused + " of 300");
    List<RequestId> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(scene.submitsFor("modest", 9, model, 500));
    }

    RequestId urgent = scene.submitsFor("greedy", 1, model, 500);

    assertEquals(List.of(), limited(List.of(urgent)));
    assertEquals(refused + 1, limited(calm).size());
    others.forEach(other -> assertEquals(List.of(), scene.endOf(other)));
  }

  @Test
  void whereThereIsNoTimeTheLessUrgentOfTheSameTenantStandsBack() {
    oneGpu();
    List<RequestId> calm = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calm.add(scene.submitsFor("only", 1, model, 20));
    }
    long refused = calm.stream().filter(each -> !scene.endOf(each).isEmpty()).count();
    assertTrue(refused > 0, "no more than fits is held");

    RequestId urgent = scene.submitsFor("only", 0, model, 20);

    assertEquals(List.of(), scene.endOf(urgent));
    assertEquals(refused + 1, calm.stream().filter(each -> !scene.endOf(each).isEmpty()).count());
  }

  @Test
  void tenantsBeyondTheBoundShareWhatOneMayHave() {
    oneGpu(Map.of(), 1);
    submits("first", 10);
    int third = 300 - limited(submits("third", 300)).size();
    int fourth = 300 - limited(submits("fourth", 300)).size();

    assertTrue(third > 30, third + " of 300");
    assertEquals(0, fourth, "the third one has used it up");
  }

  @Test
  void aColdModelIsNotLoadedForRequestsBeyondAShare() {
    oneGpu();
    ModelId cold = scene.serves("n");
    submits("modest", 10);
    submits("greedy", 300);

    scene.submitsFor("greedy", 0, cold, 5); // Too cold: it would only ask for a LOAD.
    assertEquals(List.of(), scene.loads());
    scene.submitsFor("greedy", 0, cold, 500);
    assertEquals(List.of(), scene.loads());
    scene.submitsFor("modest", 0, cold, 500);
    assertEquals(1, scene.loads().size());
  }

  @Test
  void aWeightThatIsNoneIsNoConfiguration() {
    for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      var refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> SchedulerConfig.DEFAULT.withTenants(Map.of("t", weight), 256));
      assertTrue(refused.getMessage().contains("'t'"), refused.getMessage());
    }
  }

  @Test
  void whoseTurnItIsIsServedThoughItsTenantHasNoCreditLeft() {
    oneGpu();
    scene.submits(model, 16, 1_000);
    List<RequestId> hurried = new ArrayList<>();
    for (int i = 0; i < 44; i++) {
      hurried.add(scene.submitsFor("greedy", 0, model, 20));
    }
    RequestId refused = hurried.getLast();
    var told = assertInstanceOf(Verdict.Refused.class, scene.endOf(refused).getFirst());
    assertEquals(RefusalCause.QUEUE, told.cause());

    scene.passes(told.retryAfterNanos());
    List<RequestId> flood = submits("greedy", 100);
    assertEquals(flood.subList(90, 100), limited(flood.subList(90, 100)));
    RequestId again = scene.retries(refused, "greedy", 0, model, 100);
    assertEquals(List.of(), scene.endOf(again));
  }

  @Test
  void aWeightThatIsChangedHoldsFromThenOnAlsoForWhoAsksAlready() {
    oneGpu();
    List<RequestId> heavy = new ArrayList<>();
    List<RequestId> light = new ArrayList<>();
    for (int millis = 0; millis < 600; millis++) {
      if (millis == 150) {
        scene.happens(new Event.TenantsWeighted(new TreeMap<>(Map.of("heavy", 3.0)), 256));
      }
      if (millis == 300) { // By then the credit of before is used up.
        light.clear();
        heavy.clear();
      }
      light.addAll(submits("light", 2));
      heavy.addAll(submits("heavy", 2));
      scene.passes(MILLIS);
    }
    int ofLight = light.size() - limited(light).size();
    int ofHeavy = heavy.size() - limited(heavy).size();
    assertTrue(ofHeavy > 2.5 * ofLight && ofHeavy < 3.5 * ofLight, ofHeavy + " beside " + ofLight);
  }
}
