package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** What is in a batch that waits for as long as it may grow. A batch of n takes n + 1 ms. */
class DeferredBatchesTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final long LEG = Backstage.LEG;

  private final Backstage stage = new Backstage(1);
  private final Replica replica = stage.resident(stage.model("m"), 0);
  private final DeferredBatches batches = new DeferredBatches(stage.board());

  private Pending arrives(Model model, int rows, long sloNanos) {
    Pending request = stage.queues(model, rows, sloNanos);
    batches.queued(request, stage.now());
    return request;
  }

  private Pending arrives(long sloNanos) {
    return arrives(replica.model(), 1, sloNanos);
  }

  /** So many of one row each, which have time. */
  private List<Pending> arrive(int count) {
    List<Pending> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(arrives(100 * MILLIS));
    }
    return requests;
  }

  /** Many rows a second: with an objective of 100 ms, batches of 4 gather in time. */
  private void isAskedForALot() {
    for (int i = 0; i < 3; i++) {
      stage.refuses(arrives(replica.model(), 16, 100 * MILLIS));
    }
  }

  private List<Pending> batch(long beginNanos) {
    return batches
        .batch(replica.model(), replica.estimates(), beginNanos)
        .map(Batching.Batch::requests)
        .orElse(List.of());
  }

  @Test
  void aBatchGrowsBeyondItsTargetAsLongAsItsFirstRequestIsInTime() {
    long begin = stage.now();
    Pending head = arrives(5 * MILLIS); // As long as a batch of 4 takes.
    List<Pending> others = arrive(4);

    assertEquals(List.of(head, others.get(0), others.get(1), others.get(2)), batch(begin));
    assertEquals(List.of(head, others.getFirst()), batch(begin + 1));
  }

  @Test
  void aBatchDoesNotGrowWhereLessWouldGetDone() {
    Pending head = arrives(6 * MILLIS);
    List<Pending> others = arrive(2);

    // 2 rows in 3 ms are more than 3 in 5.
    assertEquals(List.of(head, others.getFirst()), batch(stage.now() + MILLIS));
  }

  @Test
  void aBatchDoesNotGrowWhereNoMoreWouldGetDone() {
    Pending head = arrives(replica.model(), 2, 50 * MILLIS);
    arrives(replica.model(), 4, 100 * MILLIS);

    // 6 rows in 9 ms are no more than 2 in 3, to which a third may still come until 5.2 are left.
    assertEquals(List.of(), batch(head.deadlineNanos() - 9 * MILLIS));
    assertEquals(List.of(head), batch(head.deadlineNanos() - 5 * MILLIS));
  }

  @Test
  void nobodyIsDroppedForABatchThatDoesNotGatherInTime() {
    Pending head = arrives(4 * MILLIS);
    arrive(15);

    assertEquals(List.of(), stage.endOf(head));
    assertEquals(head, batch(stage.now()).getFirst());
  }

  @Test
  void whoHasTheTimeForTheTargetBatchOnAnIdleGpuIsNotDropped() {
    isAskedForALot();
    Pending head = arrives(LEG + 5 * MILLIS);
    arrive(4);

    assertEquals(List.of(), stage.endOf(head));
  }

  @Test
  void whoHasNotTheTimeForTheTargetBatchEvenOnAnIdleGpuIsDropped() {
    isAskedForALot();
    Pending head = arrives(LEG + 5 * MILLIS - 1);
    List<Pending> others = arrive(3);
    assertEquals(List.of(), stage.endOf(head));
    others.addAll(arrive(1));

    assertInstanceOf(Verdict.Refused.class, stage.endOf(head).getFirst());
    assertEquals(others, replica.model().queue().snapshot());
  }

  @Test
  void howMuchAModelWasAskedForDoesNotCountOnceItIsForgotten() {
    isAskedForALot();
    batches.forget(replica.model());
    Pending head = arrives(LEG + 5 * MILLIS - 1);
    arrive(4);

    assertEquals(List.of(), stage.endOf(head));
  }

  @Test
  void nobodyIsToldOfAModelThatIsForgotten() {
    List<Model> told = new ArrayList<>();
    batches.tells((model, _) -> told.add(model));
    Replica forgotten = stage.resident(stage.model("n"), 0);
    for (Replica each : List.of(replica, forgotten)) {
      arrives(each.model(), 1, 100 * MILLIS);
      assertEquals(Long.MAX_VALUE, batches.rank(each.model(), each.estimates(), stage.now()));
    }

    batches.forget(forgotten.model());
    batches.forget(stage.model("o")); // Of which nothing is remembered.
    stage.passes(100 * MILLIS);

    assertEquals(List.of(replica.model()), told);
  }

  @Test
  void itsRankIsItsLatestMoment() {
    long begin = stage.now() + 94 * MILLIS;
    arrive(4);

    assertEquals(
        stage.now() + 95 * MILLIS, batches.rank(replica.model(), replica.estimates(), begin));
  }
}
