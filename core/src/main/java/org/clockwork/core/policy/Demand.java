package org.clockwork.core.policy;

import java.util.Optional;
import org.clockwork.core.scheduler.Pending;

/** One model's claim on GPUs: how much execution time is asked for, and who is to give it. */
final class Demand {
  /** Execution time of the queued requests that could wait for a LOAD. */
  long queuedNanos;

  /** The last queued request that was found to be too late for a LOAD, and uncounted. */
  Optional<Pending> uncountedUpTo = Optional.empty();

  /** Within this time it is to be served: the objective of the last request. */
  long horizonNanos = Long.MAX_VALUE;

  /** When the next queued request will be too late for a LOAD; nobody is before. */
  long nextLateNanos = Long.MAX_VALUE;

  /** How the demand is spread over the GPUs that hold the model. */
  final Shares shares = new Shares();

  /** How much of it those GPUs could serve in time when it was spread last. */
  long servedNanos;

  /** From when on the spread is too old to decide by. */
  long staleAtNanos = Long.MIN_VALUE;

  /** Wanted on a GPU even before anybody asks, while pages are free. */
  boolean preload;

  /** To be loaded before it is needed, wherever pages are free. */
  boolean ahead;

  /** What the GPUs that hold the model can't serve in time. */
  long unservedNanos;

  /** Execution time of those that could not wait for a LOAD. */
  private final LastSecond passing = new LastSecond();

  /** Demand that can't wait for a LOAD counts for a second after it came. */
  void passing(long execNanos, long now) {
    passing.add(execNanos, now);
  }

  /** Execution time asked for within the horizon. */
  long nanos(long now) {
    long passed = passing.sum(now);
    if (passed == 0) {
      return queuedNanos; // As nearly always.
    }
    double spans = (double) LastSecond.NANOS / horizonNanos;
    return queuedNanos + (long) (passed / spans);
  }

  /** Whether requests that could not have waited for a LOAD came within the last second. */
  boolean passes(long now) {
    return passing.sum(now) > 0;
  }
}
