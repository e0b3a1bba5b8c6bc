package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.Action;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.scheduler.Backstage;

/**
 * Batches as their words say, found by looking at every request: what the policies' are held to.
 */
final class NaiveBatching {
  private NaiveBatching() {}

  /** A batch of the size at this place that begins then. */
  record Naive(int place, List<Pending> requests) {
    int rows() {
      return requests.stream().mapToInt(Pending::rows).sum();
    }

    double rate(Estimates estimates) {
      return rows() / (double) estimates.execNanos(place);
    }

    private boolean isBetter(Naive smaller, Estimates estimates) {
      return rate(estimates) > smaller.rate(estimates)
          || (rate(estimates) == smaller.rate(estimates) && rows() > smaller.rows());
    }
  }

  static Naive fill(Model model, Estimates estimates, int place, long beginNanos) {
    long endNanos = beginNanos + estimates.execNanos(place);
    int size = estimates.batch(place);
    List<Pending> chosen = new ArrayList<>();
    int rows = 0;
    List<Pending> inTime =
        model.queue().snapshot().stream()
            .filter(request -> request.deadlineNanos() >= endNanos)
            .limit(Batching.LOOKED_MAX)
            .toList();
    for (Pending request : inTime) {
      boolean fitsNever = request.rows() > size;
      if (fitsNever || (request.alone() && !chosen.isEmpty())) {
        continue;
      }
      if (rows + request.rows() > size) {
        break;
      }
      chosen.add(request);
      rows += request.rows();
      if (request.alone()) {
        break;
      }
    }
    return new Naive(place, chosen);
  }

  /**
   * Most rows per time of the first so many sizes; of equal ones that with most rows, and of those
   * the smallest.
   */
  static Optional<Naive> best(
      Model model, Estimates estimates, int places, long beginNanos, long execNanosMax) {
    Optional<Naive> best = Optional.empty();
    for (int place = 0; place < places; place++) {
      Naive here = fill(model, estimates, place, beginNanos);
      if (estimates.execNanos(place) <= execNanosMax
          && here.rows() > 0
          && best.map(found -> here.isBetter(found, estimates)).orElse(true)) {
        best = Optional.of(here);
      }
    }
    return best;
  }

  /** Fills the model's queue by chance: often with plain requests only, at times with any. */
  static void fillQueue(Backstage stage, Replica replica, RandomGenerator chance) {
    Model model = replica.model();
    boolean plain = chance.nextBoolean();
    if (!plain && chance.nextBoolean()) {
      Action.Infer broken =
          stage.sends(
              replica,
              2,
              List.of(queues(stage, model, 1, chance), queues(stage, model, 1, chance)));
      stage.breaks(broken);
    }
    int count = chance.nextInt(1, chance.nextInt(8) == 0 ? 90 : 24);
    for (int i = 0; i < count; i++) {
      queues(stage, model, plain ? 1 : 1 + chance.nextInt(1 + chance.nextInt(6)), chance);
    }
  }

  /** Deadlines are in whole milliseconds, as EXEC times are: many are met to the nanosecond. */
  private static Pending queues(Backstage stage, Model model, int rows, RandomGenerator chance) {
    return stage.queues(model, rows, Backstage.MILLIS * chance.nextLong(18, 60));
  }
}
