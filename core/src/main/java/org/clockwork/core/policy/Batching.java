package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;

/**
 * Which requests of a model run together. The published system keeps a queue for each batch size; a
 * request is in queue B while its deadline can hold a batch of B. With one queue by deadline, queue
 * B is its tail from the first such request on.
 */
final class Batching {
  private Batching() {}

  /** Requests to run as one batch of this size. */
  record Batch(int size, List<Pending> requests) {}

  /** The largest batch that is full, of requests that all can hold it when it begins then. */
  static Optional<Batch> largestFull(Model model, Estimates estimates, long beginNanos) {
    for (int place = estimates.sizes() - 1; place >= 0; place--) {
      int smaller = place == 0 ? 0 : estimates.batch(place - 1);
      Batch batch = fill(model, estimates, place, beginNanos);
      if (!batch.requests().isEmpty() && rows(batch) > 0 && full(batch, smaller)) {
        return Optional.of(batch);
      }
    }
    return Optional.empty();
  }

  /**
   * How long the model can wait: the latest begin of its most urgent strategy, that is of the
   * smallest head deadline less EXEC time among the sizes that a head can still hold.
   */
  static long latestBeginNanos(Model model, Estimates estimates, long now) {
    long latest = Long.MAX_VALUE;
    for (int place = estimates.sizes() - 1; place >= 0; place--) {
      long exec = estimates.execNanos(place);
      var able = model.queue().from(now + exec).iterator();
      if (able.hasNext()) {
        Pending head = able.next();
        latest = Math.min(latest, head.deadlineNanos() - exec);
        if (head == model.queue().first()) {
          return latest; // Smaller sizes have the same head and so a later begin.
        }
      }
    }
    return latest;
  }

  private static Batch fill(Model model, Estimates estimates, int place, long beginNanos) {
    int size = estimates.batch(place);
    List<Pending> requests = new ArrayList<>(size);
    int rows = 0;
    for (Pending request : model.queue().from(beginNanos + estimates.execNanos(place))) {
      if (request.alone()) {
        if (requests.isEmpty()) {
          requests.add(request);
          break;
        }
        continue;
      }
      if (rows + request.rows() > size) {
        break;
      }
      requests.add(request);
      rows += request.rows();
      if (rows == size) {
        break;
      }
    }
    return new Batch(size, requests);
  }

  private static int rows(Batch batch) {
    int rows = 0;
    for (Pending request : batch.requests()) {
      rows += request.rows();
    }
    return rows;
  }

  /** No row to spare, or made for a first request that no smaller size takes. */
  private static boolean full(Batch batch, int smallerSize) {
    return rows(batch) == batch.size() || batch.requests().getFirst().rows() > smallerSize;
  }
}
