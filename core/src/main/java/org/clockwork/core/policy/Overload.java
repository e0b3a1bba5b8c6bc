package org.clockwork.core.policy;

/**
 * How much of the load is lost: the share of recent requests that were not served. Where it is
 * none, urgency decides what runs; the more is lost, the more does throughput, because what is lost
 * then is capacity.
 */
final class Overload {
  /** Recent is what came within about this time. */
  private static final double MEMORY_NANOS = 1e9;

  private double served;
  private double batches;
  private double fullness;
  private double lost;
  private long atNanos = Long.MIN_VALUE;

  /**
   * A batch is sent.
   *
   * @param full its rows, as a part of the largest batch that the requests have time for
   */
  void served(int requests, double full, long now) {
    fade(now);
    served += requests;
    batches++;
    fullness += full;
  }

  void lost(int requests, long now) {
    fade(now);
    lost += requests;
  }

  /** Between 0 and 1. */
  double lostShare(long now) {
    fade(now);
    double all = served + lost;
    return all < 1 ? 0 : lost / all;
  }

  /** How full batches were lately; 1 where there were none. */
  double fullness(long now) {
    fade(now);
    return batches == 0 ? 1 : fullness / batches;
  }

  private void fade(long now) {
    if (now > atNanos) {
      double kept = atNanos == Long.MIN_VALUE ? 0 : Math.exp((atNanos - now) / MEMORY_NANOS);
      served *= kept;
      batches *= kept;
      fullness *= kept;
      lost *= kept;
      atNanos = now;
    }
  }
}
