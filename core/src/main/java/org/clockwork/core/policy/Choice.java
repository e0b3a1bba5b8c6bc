package org.clockwork.core.policy;

import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.RequestQueue;

/**
 * Which batch of a model gets most done if it begins at a given time: of all sizes the one with
 * most rows per time, padded where that still wins. Made once and used for one decision after the
 * other, so that looking at a model allocates nothing.
 */
final class Choice {
  private int place;
  private int rows;
  private double bestRate;
  private long execNanos;
  private long headDeadlineNanos;

  /**
   * Looks at a model; false where none of its requests would be in time.
   *
   * @param execNanosMax no batch may take longer
   */
  boolean look(Model model, Estimates estimates, long beginNanos, long execNanosMax) {
    RequestQueue queue = model.queue();
    bestRate = 0;
    rows = 0;
    for (int each = estimates.sizes() - 1; each >= 0; each--) {
      long exec = estimates.execNanos(each);
      if (exec > execNanosMax) {
        continue;
      }
      Pending head = queue.first();
      int here;
      if (queue.plain() && head.deadlineNanos() >= beginNanos + exec) {
        here = Math.min(estimates.batch(each), queue.rows());
      } else {
        Batching.Batch batch = Batching.fill(model, estimates, each, beginNanos);
        here = batch.rows();
        head = here == 0 ? head : batch.requests().getFirst();
      }
      double rate = here / (double) exec;
      // The same rows in a smaller size that takes as long are not padded as much.
      if (rate > bestRate || (rate == bestRate && here == rows)) {
        bestRate = rate;
        rows = here;
        place = each;
        execNanos = exec;
        headDeadlineNanos = head.deadlineNanos();
      }
    }
    return bestRate > 0;
  }

  /** Of the batch size. */
  int place() {
    return place;
  }

  long execNanos() {
    return execNanos;
  }

  /** When it has to begin at the latest. */
  long latestNanos() {
    return headDeadlineNanos - execNanos;
  }

  /** Its rows per time, as a share of the most that the model ever has. */
  double worth(Estimates estimates) {
    return bestRate / estimates.bestRowsPerNano();
  }
}
