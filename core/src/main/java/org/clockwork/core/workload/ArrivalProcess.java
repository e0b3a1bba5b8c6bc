package org.clockwork.core.workload;

import java.util.random.RandomGenerator;

/** When the requests of one stream are sent. A description: the load engine plays it. */
public sealed interface ArrivalProcess {

  /** Sends at its own times, whether or not anything was answered. */
  sealed interface Open extends ArrivalProcess {
    /** The intended send times; the same ones for the same seed. */
    Timeline timeline(RandomGenerator chance);

    /** When the process is over, counted from the run's start. */
    default long endNanos() {
      return Course.NEVER;
    }
  }

  /** Keeps a number of requests outstanding: the next goes out when one is answered. */
  sealed interface Closed extends ArrivalProcess {
    int concurrency();
  }

  /** Evenly spaced. The first one falls anywhere in its gap, lest all streams fire at once. */
  record FixedRate(Course perSecond) implements Open {
    public FixedRate {
      checkRate(perSecond);
    }

    @Override
    public Timeline timeline(RandomGenerator chance) {
      return new Timeline(Distribution.FIXED, Pace.of(perSecond), chance);
    }

    @Override
    public long endNanos() {
      return perSecond.endNanos();
    }
  }

  /** As from many strangers: exponential gaps. */
  record Poisson(Course perSecond) implements Open {
    public Poisson {
      checkRate(perSecond);
    }

    @Override
    public Timeline timeline(RandomGenerator chance) {
      return new Timeline(Distribution.EXPONENTIAL, Pace.of(perSecond), chance);
    }

    @Override
    public long endNanos() {
      return perSecond.endNanos();
    }
  }

  /** At a constant rate while a burst lasts, silent between bursts. */
  record BurstyOpen(Distribution spacing, double perSecond, Bursts bursts) implements Open {
    public BurstyOpen {
      checkRate(perSecond);
    }

    @Override
    public Timeline timeline(RandomGenerator chance) {
      return new Timeline(spacing, Pace.bursts(perSecond, bursts, chance), chance);
    }
  }

  /**
   * A fixed number outstanding: as many clients as that, each waiting for its answer.
   *
   * @param requests sent in all, {@link Long#MAX_VALUE} without limit
   * @param startJitterNanos the first ones start spread evenly over this time
   */
  record ClosedLoop(int concurrency, long requests, long startJitterNanos) implements Closed {
    public ClosedLoop {
      checkConcurrency(concurrency);
      if (requests < 1 || startJitterNanos < 0) {
        throw new IllegalArgumentException(
            "a closed loop needs requests=%d of at least 1 and startJitterNanos=%d not below 0"
                .formatted(requests, startJitterNanos));
      }
    }

    /** Without end, all at once. */
    public static ClosedLoop of(int concurrency) {
      return new ClosedLoop(concurrency, Long.MAX_VALUE, 0);
    }
  }

  /** A closed loop that sends only during bursts; what is outstanding when one ends is awaited. */
  record BurstyClosed(int concurrency, Bursts bursts) implements Closed {
    public BurstyClosed {
      checkConcurrency(concurrency);
    }
  }

  /** One that changes may begin in silence; one that is silent for ever is a mistake. */
  private static void checkRate(Course perSecond) {
    double first = perSecond.at(0);
    if (first != 0 || perSecond.nextChangeNanos(0) == Course.NEVER) {
      checkRate(first);
    }
  }

  private static void checkRate(double perSecond) {
    if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException(
          "a rate must be a number of requests per second above 0, got " + perSecond);
    }
  }

  private static void checkConcurrency(int concurrency) {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "a closed loop needs a concurrency of at least 1, got " + concurrency);
    }
  }
}
