package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and how large its batch may be. A batch of n takes n + 1 ms. */
class EarlyDropBatchesTest {
  private static final long MILLIS = Backstage.MILLIS;

  private final Backstage stage = new Backstage(1);
  private final Replica replica = stage.resident(stage.model("m"), 0);
  private final EarlyDropBatches batches = new EarlyDropBatches(stage.board());

  private Pending arrives(int rows) {
    Pending request = stage.queues(replica.model(), rows, 100 * MILLIS);
    batches.queued(request, stage.now());
    return request;
  }

  private Batching.Batch batch() {
    return batches.batch(replica.model(), replica.estimates(), stage.now()).orElseThrow();
  }

  private long rank(Replica of, long beginNanos) {
    return batches.rank(of.model(), of.estimates(), beginNanos);
  }

  @Test
  void whoCannotMakeItAnyMoreHasNoTurn() {
    Pending request = arrives(1);
    long latest = request.deadlineNanos() - 2 * MILLIS;

    assertEquals(Long.MIN_VALUE, rank(replica, latest), "it has had no turn yet");
    assertEquals(Long.MAX_VALUE, rank(replica, latest + 1));
  }

  @Test
  void nothingIsKeptOfAModelThatIsForgotten() {
    for (int i = 0; i < 3; i++) { // 48 rows a second: 4 gather in time.
      stage.refuses(arrives(16));
    }
    for (int i = 0; i < 4; i++) {
      stage.queues(replica.model(), 1, 100 * MILLIS);
    }
    Batching.Batch before = batch();
    batches.sends(replica.model(), replica.estimates(), before, stage.now(), stage.now());
    assertEquals(4, before.size());
    assertEquals(stage.now(), rank(replica, stage.now()));

    batches.forget(replica.model());

    assertEquals(1, batch().size(), "nobody has asked for it");
    assertEquals(Long.MIN_VALUE, rank(replica, stage.now()), "it has had no turn yet");
  }
}
