package org.clockwork.core.policy;

import java.util.Optional;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Millis;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;

/**
 * Batching after SHEPHERD's Flex (NSDI 2023), without its preemption: of each model the largest
 * batch all of whose requests would be in time, and of all models the one with the largest; among
 * equally large ones the earliest deadline goes first.
 *
 * <p>A batch is judged by the time of the size it has with its last request in it, not without, and
 * by the earliest deadline among its requests. Requests that fill a size up only in part take the
 * time of all of it: they make a larger batch only where more gets done by it than by a smaller
 * size that is full.
 */
final class LargestBatches implements Batching {
  /** What a rank leaves for the deadline in microseconds: enough for any 64 bits of nanoseconds. */
  private static final int DEADLINE_BITS = 54;

  /** Batches of more rows count as equally large. */
  private static final int RANKED_ROWS_MAX = 255;

  private final Board board;

  LargestBatches(Board board) {
    this.board = board;
  }

  /** Drops those in front of the queue that can't make it any more, even on an idle GPU. */
  @Override
  public void queued(Pending request, long now) {
    Model model = request.model();
    long beginNanos = now + board.config().controlLegNanos();
    while (!model.queue().isEmpty()) {
      Pending head = model.queue().first();
      long lateNanos = beginNanos + model.shortestExecNanos(head.rows()) - head.deadlineNanos();
      if (lateNanos <= 0) {
        return;
      }
      board.refuse(
          head,
          RefusalCause.QUEUE,
          "no batch of "
              + model
              + " had room for it; if it began now it would be "
              + Millis.text(lateNanos)
              + " ms late",
          lateNanos,
          now);
    }
  }

  @Override
  public Optional<Batch> batch(Model model, Estimates estimates, long beginNanos) {
    return Batching.mostRowsPerTime(model, estimates, estimates.sizes(), beginNanos);
  }

  @Override
  public long rank(Model model, Estimates estimates, long beginNanos) {
    Optional<Batch> batch = batch(model, estimates, beginNanos);
    if (batch.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long rows = Math.min(batch.get().rows(), RANKED_ROWS_MAX);
    return -(rows << DEADLINE_BITS) + batch.get().requests().getFirst().deadlineNanos() / 1_000;
  }
}
