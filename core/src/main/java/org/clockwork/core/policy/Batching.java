package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;

/**
 * Says which requests of a model run together and how pressing that is. One queue by deadline is
 * enough: the requests that can hold a batch of some size are its tail from the first such one on.
 */
interface Batching {

  /** Requests looked at for one batch: some that don't fit may stand between those that do. */
  int LOOKED_MAX = 64;

  /**
   * Requests to run as one batch.
   *
   * @param size compiled batch size, at least the requests' rows
   */
  record Batch(int size, int rows, List<Pending> requests) {}

  /** What to run of this model if EXEC begins then; every request in it would be in time. */
  Optional<Batch> batch(Model model, Estimates estimates, long beginNanos);

  /**
   * Where the model stands among others that want the same GPU, smallest first; Long.MAX_VALUE
   * where none of its requests can make it any more.
   */
  long rank(Model model, Estimates estimates, long beginNanos);

  /** A request has joined its model's queue. */
  default void queued(Pending request, long now) {}

  /** The batch, whose requests are in the queue still, is about to be sent and begins then. */
  default void sends(Model model, Estimates estimates, Batch batch, long beginNanos, long now) {}

  /** Nothing is to be remembered of the model. */
  default void forget(Model model) {}

  /**
   * The batch that gets most done, in rows per time: one that is not full, where that still wins,
   * in the smallest size that does it.
   *
   * @param places batch sizes to choose from, the smallest first
   */
  static Optional<Batch> mostRowsPerTime(
      Model model, Estimates estimates, int places, long beginNanos) {
    Batch best = new Batch(0, 0, List.of());
    double bestRate = 0;
    for (int place = places - 1; place >= 0; place--) {
      Batch batch = fill(model, estimates, place, beginNanos);
      double rate = batch.rows() / (double) estimates.execNanos(place);
      if (rate > bestRate || (rate == bestRate && batch.rows() == best.rows())) {
        best = batch;
        bestRate = rate;
      }
    }
    return best.rows() == 0 ? Optional.empty() : Optional.of(best);
  }

  /** The first requests that can hold a batch of the size at this place, as many as it takes. */
  static Batch fill(Model model, Estimates estimates, int place, long beginNanos) {
    int size = estimates.batch(place);
    List<Pending> requests = new ArrayList<>(Math.min(size, model.queue().size()));
    int rows = 0;
    int looked = 0;
    for (Pending request : model.queue().from(beginNanos + estimates.execNanos(place))) {
      if (looked++ == LOOKED_MAX) {
        break;
      }
      if (request.rows() > size || (request.alone() && !requests.isEmpty())) {
        continue; // It can't be in this batch, so it must not hold up those behind it.
      }
      if (rows + request.rows() > size) {
        break;
      }
      requests.add(request);
      rows += request.rows();
      if (rows == size || request.alone()) {
        break;
      }
    }
    return new Batch(size, rows, requests);
  }
}
