package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Timeline;

/**
 * How one model's demand is spread over the GPUs that hold the model: in inverse proportion to what
 * they have to do. Kept in the order of its replicas.
 */
final class Shares {
  /** So that an empty GPU does not count as infinitely better than a nearly empty one. */
  private static final long LEAST_LOAD_NANOS = 1_000_000;

  /**
   * A GPU that is this far behind serves nobody: its worker hangs, or is dead and not missed yet.
   * Five times the lag at which it gets no new work, and half of the usual objective.
   */
  private static final long STUCK_NANOS = 50_000_000;

  private final List<Share> shares = new ArrayList<>();

  /** What a GPU has to do for all of its models. */
  static final class Load {
    private final Timeline exec;
    private long queuedNanos;

    Load(Gpu gpu) {
      this.exec = gpu.exec();
    }

    /** So late that whoever waits there is served too late. */
    boolean stuck(long now) {
      return exec.lagNanos(now) > STUCK_NANOS;
    }

    /** Sent or queued. */
    long nanos(long now) {
      return exec.outstandingNanos(now) + queuedNanos;
    }
  }

  private static final class Share {
    private final Replica replica;
    private final Load load;
    private long nanos;
    private double weight;

    private Share(Replica replica, Load load) {
      this.replica = replica;
      this.load = load;
    }

    private void set(long shareNanos) {
      load.queuedNanos += shareNanos - nanos;
      nanos = shareNanos;
    }
  }

  int size() {
    return shares.size();
  }

  /**
   * The replica takes part from now on, if it did not before; its share comes with the next spread.
   */
  void join(Replica replica, Load load) {
    for (Share share : shares) {
      if (share.replica == replica) {
        return;
      }
    }
    shares.add(new Share(replica, load));
  }

  /** The replica takes no part any more. */
  void leave(Replica replica) {
    for (int i = 0; i < shares.size(); i++) {
      if (shares.get(i).replica == replica) {
        shares.remove(i).set(0);
        return;
      }
    }
  }

  /** Nobody takes part any more. */
  void clear() {
    for (Share share : shares) {
      share.set(0);
    }
    shares.clear();
  }

  /** Gives every GPU its part of the demand. */
  void spread(long demandNanos, long now) {
    double weights = 0;
    for (Share share : shares) {
      share.set(0);
      share.weight = share.load.stuck(now) ? 0 : 1.0 / (share.load.nanos(now) + LEAST_LOAD_NANOS);
      weights += share.weight;
    }
    if (weights == 0) {
      return; // Nobody serves it.
    }
    for (Share share : shares) {
      share.set((long) (demandNanos * share.weight / weights));
    }
  }

  /**
   * How much of the demand those GPUs can serve within the horizon, each in turn with its others.
   */
  long servedNanos(long horizonNanos, long now) {
    double served = 0;
    for (Share share : shares) {
      long load = share.load.nanos(now);
      served += load == 0 ? 0 : (double) share.nanos * horizonNanos / load;
    }
    return (long) served;
  }
}
