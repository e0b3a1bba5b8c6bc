package org.clockwork.experiments.plan;

/**
 * How long trials of a demand are, in simulated time.
 *
 * @param warmUpNanos of which nothing counts
 */
public record TrialTime(long warmUpNanos, long measuredNanos) {
  private static final double SECOND_NANOS = 1e9;

  /** Of what may be missed there should be so many, or a few more or less would decide. */
  private static final double MISSES_TO_TELL = 20;

  private static final double SECONDS_MIN = 10;

  /** Fifteen bursts of each model. */
  private static final double BURSTY_SECONDS_MIN = 60;

  private static final double SECONDS_MAX = 120;

  /** Until every model was asked for so often it is not known which are best kept loaded. */
  private static final double WARM_UP_REQUESTS = 5;

  private static final double WARM_UP_SECONDS_MIN = 2;
  private static final double WARM_UP_SECONDS_MAX = 60;

  /** As long as it takes to tell whether enough is met, within reason. */
  static TrialTime of(Demand demand) {
    double least =
        switch (demand.arrivals()) {
          case POISSON -> SECONDS_MIN;
          case BURSTY -> BURSTY_SECONDS_MIN;
        };
    double telling = MISSES_TO_TELL / ((1 - demand.metWanted()) * demand.perSecond());
    return of(demand, Math.clamp(telling, least, SECONDS_MAX));
  }

  static TrialTime of(Demand demand, double seconds) {
    double warmUp =
        Math.clamp(
            WARM_UP_REQUESTS / demand.perSecondEach(), WARM_UP_SECONDS_MIN, WARM_UP_SECONDS_MAX);
    return new TrialTime(Math.round(warmUp * SECOND_NANOS), Math.round(seconds * SECOND_NANOS));
  }

  public double warmUpSeconds() {
    return warmUpNanos / SECOND_NANOS;
  }

  public double measuredSeconds() {
    return measuredNanos / SECOND_NANOS;
  }

  /** Whether so few may be missed that chance has a say. */
  public boolean isShortFor(Demand demand) {
    return (1 - demand.metWanted()) * demand.perSecond() * measuredSeconds() < MISSES_TO_TELL;
  }
}
