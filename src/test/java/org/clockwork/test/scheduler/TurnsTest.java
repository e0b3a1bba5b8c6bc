package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.LEG;
import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.clockwork.core.action.Action;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who is refused is told when to come again, and is served then. A batch of n takes n + 1 ms, and
 * one of 16 is running.
 */
class TurnsTest {
  private static final String TENANT = Request.DEFAULT_TENANT;

  private final SchedulerScene scene = new SchedulerScene("default", SchedulerConfig.DEFAULT);
  private ModelId running;
  private ModelId waiting;
  private long begunNanos;

  @BeforeEach
  void aGpuIsBusy() {
    scene.joins("w", 100);
    running = scene.servesWarm("m");
    waiting = scene.servesWarm("n");
    scene.passes(2_000 * MILLIS);
    scene.submits(running, 1, 1_000); // So that delays are known, and nobody is in a hurry.
    scene.succeeds(scene.infers().getFirst());
    runs();
  }

  private void runs() {
    scene.submits(running, 16, 1_000);
    begunNanos = scene.nowNanos;
  }

  /** All that there is time for within 20 ms is asked for, and these beyond it. */
  private List<RequestId> refused(int count) {
    othersAskForAllThereIs();
    return scene.submitsEach(waiting, count, 20);
  }

  private void othersAskForAllThereIs() {
    scene.submitsEach(waiting, 40, 20);
  }

  private Verdict.Refused refusal(RequestId request) {
    return assertInstanceOf(Verdict.Refused.class, scene.endOf(request).getFirst());
  }

  /** The batch that runs is through, and so on, until nothing is asked of the GPU any more. */
  private Set<RequestId> served() {
    Set<RequestId> served = new HashSet<>();
    while (!scene.infers().isEmpty()) {
      Action.Infer infer = scene.infers().getFirst();
      long endNanos = begunNanos + (infer.batch() + 1) * MILLIS + 2 * LEG;
      scene.passes(Math.max(0, endNanos - scene.nowNanos));
      begunNanos = scene.nowNanos;
      served.addAll(SchedulerScene.requestsOf(infer));
      scene.succeeds(infer);
    }
    return served;
  }

  private RequestId comesAgain(RequestId refused) {
    return scene.retries(refused, TENANT, 0, waiting, 20);
  }

  @Test
  void whoComesAgainWhenToldIsServedThoughOthersAreRefused() {
    RequestId refused = refused(1).getFirst();

    scene.passes(refusal(refused).retryAfterNanos());
    othersAskForAllThereIs();
    RequestId fresh = scene.submits(waiting, 1, 20);
    RequestId again = comesAgain(refused);

    assertEquals(RefusalCause.QUEUE, refusal(fresh).cause());
    assertTrue(scene.endOf(again).isEmpty());
    assertTrue(served().contains(again));
  }

  @Test
  void whoComesSoonerIsToldThatHeHasATurnAndKeepsIt() {
    RequestId refused = refused(1).getFirst();
    long hint = refusal(refused).retryAfterNanos();

    scene.passes(hint / 2);
    RequestId early = comesAgain(refused);
    assertEquals(hint - hint / 2, refusal(early).retryAfterNanos());
    String reason = "%s has a turn in %.1f ms".formatted(refused, (hint - hint / 2) / 1e6);
    assertTrue(refusal(early).reason().startsWith(reason), refusal(early).reason());

    scene.passes(hint - hint / 2);
    othersAskForAllThereIs();
    assertTrue(scene.endOf(comesAgain(early)).isEmpty());
  }

  @Test
  void whoComesSoonerIsServedAllTheSameWhereTheGpuHasNothingToDo() {
    long refusedNanos = scene.nowNanos;
    RequestId last = refused(32).getLast();
    served();
    assertTrue(scene.nowNanos < refusedNanos + refusal(last).retryAfterNanos());

    RequestId early = scene.retries(last, TENANT, 0, waiting, 1_000);
    assertTrue(served().contains(early));
  }

  @Test
  void aTurnIsForOneRequestOfTheSameTenantAndModel() {
    RequestId refused = refused(1).getFirst();
    scene.passes(refusal(refused).retryAfterNanos());
    othersAskForAllThereIs();

    RequestId ofOther = scene.retries(refused, "other", 0, waiting, 20);
    assertEquals(RefusalCause.QUEUE, refusal(ofOther).cause());
    RequestId ofOtherModel = scene.retries(refused, TENANT, 0, running, 20);
    assertEquals(RefusalCause.QUEUE, refusal(ofOtherModel).cause());
    RequestId again = comesAgain(refused);
    assertTrue(scene.endOf(again).isEmpty());
    RequestId twice = comesAgain(refused);
    assertEquals(RefusalCause.QUEUE, refusal(twice).cause());
  }

  @Test
  void aTurnIsKeptForATenthOfASecondAndNotLonger() {
    List<RequestId> refused = refused(2);
    long refusedNanos = scene.nowNanos;
    long hint = refusal(refused.getFirst()).retryAfterNanos();
    assertEquals(hint, refusal(refused.getLast()).retryAfterNanos(), "one batch, one time");

    served();
    scene.passes(100 * MILLIS + hint - (scene.nowNanos - refusedNanos));
    runs();
    othersAskForAllThereIs();
    assertTrue(scene.endOf(comesAgain(refused.getFirst())).isEmpty());
    scene.passes(1);
    assertEquals(RefusalCause.QUEUE, refusal(comesAgain(refused.getLast())).cause());
  }

  @Test
  void aNameThatNobodyWasRefusedByIsNoTurn() {
    refused(1);
    RequestId made = new RequestId(SchedulerScene.GATEWAY, 1_000_000);
    assertEquals(RefusalCause.QUEUE, refusal(comesAgain(made)).cause());
  }

  @Test
  void aTurnIsForAsManyAsABatchHasPlacesAndForMoreOnceFewComeAgain() {
    SortedSet<Long> hints = hints(32);
    assertEquals(4, hints.size(), "a batch that takes 9 ms has 8 places: " + hints);
    long spread = hints.last() - hints.first();
    assertEquals(3 * 2 * 9 * MILLIS, spread, "half of the time is for others");

    served();
    for (int round = 0; round < 40; round++) {
      scene.passes(200 * MILLIS);
      runs();
      refused(16);
      served();
    }
    scene.passes(200 * MILLIS);
    runs();
    assertEquals(1, hints(32).size());
  }

  @Test
  void whereManyComeAgainARoundIsForFewer() {
    for (int round = 0; round < 40; round++) {
      List<RequestId> refused = refused(16);
      scene.passes(refusal(refused.getLast()).retryAfterNanos());
      refused.forEach(this::comesAgain);
      served();
      scene.passes(200 * MILLIS);
      runs();
    }
    assertTrue(hints(32).size() > 1, "were it not for those who came it would be one");
  }

  private SortedSet<Long> hints(int count) {
    SortedSet<Long> hints = new TreeSet<>();
    refused(count).forEach(each -> hints.add(refusal(each).retryAfterNanos()));
    return hints;
  }

  @Test
  void whoseTurnItIsGoesBeforeABatchThatWouldMakeHimLate() {
    RequestId refused = refused(1).getFirst();
    scene.passes(refusal(refused).retryAfterNanos());
    RequestId again = comesAgain(refused);
    long deadlineNanos = scene.nowNanos + 20 * MILLIS;

    // As long as there is time for both, the full batch has to begin first, and does more.
    List<RequestId> more = scene.submitsEach(running, 16, 31);
    assertTrue(begunNanos + 2 * 17 * MILLIS > deadlineNanos);

    Set<RequestId> served = served();
    assertTrue(served.contains(again));
    assertTrue(served.containsAll(more), "these have time, and wait");
  }

  @Test
  void onceHeIsServedHisModelGoesFirstNoMore() {
    RequestId refused = refused(1).getFirst();
    scene.passes(refusal(refused).retryAfterNanos());
    comesAgain(refused);
    served();

    runs();
    RequestId later = scene.submits(waiting, 1, 1_000);
    RequestId sooner = scene.submits(running, 1, 900);
    scene.passes(17 * MILLIS + LEG);

    assertTrue(scene.endOf(later).isEmpty());
    assertEquals(List.of(sooner), SchedulerScene.requestsOf(scene.infers().getLast()));
  }

  @Test
  void noneThatIsMoreUrgentTakesThePlaceOfWhoseTurnItIs() {
    RequestId refused = refused(1).getFirst();
    scene.passes(refusal(refused).retryAfterNanos());
    RequestId again = scene.retries(refused, TENANT, 7, waiting, 20);

    for (int i = 0; i < 60; i++) {
      scene.submitsFor(TENANT, 0, waiting, 20);
    }

    assertTrue(scene.endOf(again).isEmpty());
  }

  @Test
  void nothingIsPromisedForLaterThanTenSecondsFromNow() {
    othersAskForAllThereIs();
    long last = 0;
    long hint = 1;
    while (hint > 0) {
      last = hint;
      hint = refusal(scene.submits(waiting, 1, 20)).retryAfterNanos();
      scene.verdicts.clear();
    }
    assertTrue(
        last > 9_900 * MILLIS && last <= 10_000 * MILLIS, "half a batch takes 18 ms: " + last);
  }

  @Test
  void onlySoManyHaveATurnAtATime() {
    othersAskForAllThereIs();
    scene.submitsEach(waiting, 4_000, 20);
    served();
    scene.passes(11_000 * MILLIS); // None of them comes again.
    runs();
    othersAskForAllThereIs();

    int turns = 0;
    while (refusal(scene.submits(waiting, 1, 20)).retryAfterNanos() > 0) {
      scene.verdicts.clear();
      turns++;
    }
    assertEquals(100_000, turns);
  }

  @Test
  void aModelThatIsToBeLoadedForATurnGoesBeforeOthersThatAreWantedMore() {
    SchedulerScene cold = new SchedulerScene("default", SchedulerConfig.DEFAULT);
    for (int i = 0; i < 6; i++) {
      cold.repository("cold" + i, 10, 10 * MILLIS);
    }
    cold.joins("w", 100);
    List<ModelId> models = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      models.add(cold.serves("cold" + i));
      cold.submits(models.getLast(), 1, 60);
    }
    ModelId last = cold.serves("cold5");
    RequestId refused = cold.submits(last, 1, 60);
    var refusal = assertInstanceOf(Verdict.Refused.class, cold.endOf(refused).getFirst());
    assertEquals(RefusalCause.COLD_START, refusal.cause());
    Action.Load first = cold.loads().getFirst();

    cold.passes(refusal.retryAfterNanos());
    RequestId again = cold.retries(refused, TENANT, 0, last, 60);
    assertTrue(cold.endOf(again).isEmpty());
    cold.submitsEach(models.get(3), 16, 60);
    cold.passes(10 * MILLIS - refusal.retryAfterNanos() + LEG);
    cold.succeeds(first);

    assertEquals(last, cold.loads().getFirst().model());
  }
}
