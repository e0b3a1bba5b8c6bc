package org.clockwork.core.policy;

import java.util.Optional;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;

/**
 * Batching as published: the largest batch that is full, most urgent model first. The published
 * system keeps a queue for each batch size, a request being in queue B while its deadline can hold
 * a batch of B; a strategy's urgency is its head's latest begin.
 */
final class FullBatches implements Batching {

  @Override
  public Optional<Batch> batch(Model model, Estimates estimates, long beginNanos) {
    for (int place = estimates.sizes() - 1; place >= 0; place--) {
      int smallerSize = place == 0 ? 0 : estimates.batch(place - 1);
      if (model.queue().rows() <= smallerSize) {
        continue; // Too few to fill it, and none too large for a smaller one.
      }
      Batch batch = Batching.fill(model, estimates, place, beginNanos);
      if (batch.rows() > 0 && full(batch, smallerSize)) {
        return Optional.of(batch);
      }
    }
    return Optional.empty();
  }

  /** No row to spare, or made for a first request that no smaller size takes. */
  private static boolean full(Batch batch, int smallerSize) {
    return batch.rows() == batch.size() || batch.requests().getFirst().rows() > smallerSize;
  }

  @Override
  public long rank(Model model, Estimates estimates, long beginNanos) {
    long latest = Long.MAX_VALUE;
    for (int place = estimates.sizes() - 1; place >= 0; place--) {
      long exec = estimates.execNanos(place);
      Optional<Pending> head = model.queue().headFrom(beginNanos + exec);
      if (head.isPresent()) {
        latest = Math.min(latest, head.get().deadlineNanos() - exec);
        if (head.get() == model.queue().first()) {
          return latest; // Smaller sizes have the same head and so a later begin.
        }
      }
    }
    return latest;
  }
}
