package org.clockwork.core.sim;

import java.util.random.RandomGenerator;

/** How long messages are on their way. */
public interface Legs {

  /** From which role to which. */
  enum Leg {
    GATEWAY_TO_CONTROLLER,
    CONTROLLER_TO_GATEWAY,
    CONTROLLER_TO_WORKER,
    WORKER_TO_CONTROLLER,
    GATEWAY_TO_WORKER,
    WORKER_TO_GATEWAY
  }

  /** For a message that is sent then; never negative, never above {@link #longestNanos}. */
  long nanos(Leg leg, long sentNanos, RandomGenerator chance);

  /** No message takes longer. */
  long longestNanos();

  /** The same for all legs: a mean and normal jitter, cut off where one in a billion lies. */
  static Legs normal(long meanNanos, long sigmaNanos) {
    if (meanNanos < 0 || sigmaNanos < 0) {
      throw new IllegalArgumentException(
          "no message arrives before it was sent: meanNanos=%d sigmaNanos=%d"
              .formatted(meanNanos, sigmaNanos));
    }
    long longestNanos = meanNanos + 6 * sigmaNanos;
    return new Legs() {
      @Override
      public long nanos(Leg leg, long sentNanos, RandomGenerator chance) {
        long nanos = meanNanos + Math.round(chance.nextGaussian() * sigmaNanos);
        return Math.max(0, Math.min(longestNanos, nanos));
      }

      @Override
      public long longestNanos() {
        return longestNanos;
      }
    };
  }
}
