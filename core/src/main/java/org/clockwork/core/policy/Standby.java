package org.clockwork.core.policy;

import java.util.List;
import org.clockwork.core.scheduler.Delays;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;

/**
 * Sees to it that someone is always about to be free for those who are in a hurry. EXEC is never
 * interrupted, so a long batch of somebody who has time would cost a tight objective that comes a
 * moment later. Such a batch may begin only where enough other GPUs will be free within the slack
 * of the tightest objective; otherwise it has to be short enough to end within that slack.
 */
final class Standby {
  /** GPUs looked at in one decision. */
  private static final int REACH = 16;

  /** An objective this many times the tightest is somebody's who has time. */
  private static final int LEISURELY = 4;

  /** Those with at most so many times the tightest objective are in a hurry as well. */
  private static final int HURRIED = 2;

  /** An objective that nobody has asked for in this time binds no longer. */
  private static final long MEMORY_NANOS = 1_000_000_000;

  /**
   * GPUs to be free beyond what the hurried keep busy on average, in deviations of a Poisson load.
   * Tried on E4 at 200/s and 9.8 ms: 1 gives 0.9996 met beside 5,380/s, 2 gives 0.9998 beside
   * 5,316/s, 3 gives 1.0000 beside 5,151/s, and at 14.7 ms with no seed more than one miss.
   */
  private static final double DEVIATIONS = 3;

  private final LastSecond work = new LastSecond();
  private Model model;
  private long sloNanos = Long.MAX_VALUE;
  private long slackNanos;
  private long seenNanos;

  /** A request came for a model that some GPU holds. */
  void arrived(Pending request, long now) {
    long slo = request.sloNanos();
    if (slo <= sloNanos || forgotten(now)) {
      Delays delays = request.model().replicas().getFirst().gpu().host().delays();
      model = request.model();
      sloNanos = slo;
      slackNanos =
          slo
              - request.model().shortestExecNanos(request.rows())
              - delays.outwardNanos()
              - delays.marginNanos();
      seenNanos = now;
    }
    if (slo <= HURRIED * sloNanos) {
      work.add(request.model().shortestExecNanos(request.rows()), now);
    }
  }

  /** The tightest objective that binds now; the end of time where none does. */
  long tightestNanos(long now) {
    return forgotten(now) ? Long.MAX_VALUE : sloNanos;
  }

  /** How long a batch of the replica's model may take that begins now. */
  long execNanosMax(Replica replica, long now) {
    Gpu gpu = replica.gpu();
    boolean leisurely =
        !forgotten(now)
            && replica.model().queue().first().sloNanos() >= LEISURELY * sloNanos
            && gpu.has(model.weights());
    return leisurely && !othersAreAboutToBeFree(gpu, now) ? slackNanos : Long.MAX_VALUE;
  }

  void forget(Model gone) {
    if (gone == model) {
      sloNanos = Long.MAX_VALUE;
    }
  }

  private boolean forgotten(long now) {
    return sloNanos == Long.MAX_VALUE || now > seenNanos + MEMORY_NANOS;
  }

  private boolean othersAreAboutToBeFree(Gpu gpu, long now) {
    double busy = work.sum(now) / 1e9;
    List<Replica> replicas = model.replicas();
    int looked = Math.min(REACH, replicas.size());
    int wanted = (int) Math.ceil(1 + busy + DEVIATIONS * Math.sqrt(busy));
    int needed = Math.max(2, Math.min(looked, wanted)); // A single GPU has nobody to stand by.
    int free = 1; // Itself.
    for (int i = 0; i < looked && free < needed; i++) {
      Replica other = replicas.get(i);
      if (other.gpu() != gpu
          && other.resident()
          && other.gpu().exec().freeAtNanos(now) <= now + slackNanos) {
        free++;
      }
    }
    return free >= needed;
  }
}
