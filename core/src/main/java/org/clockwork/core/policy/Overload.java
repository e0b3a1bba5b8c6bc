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
  private double lost;
  private long atNanos = Long.MIN_VALUE;

  void served(int requests, long now) {
    fade(now);
    served += requests;
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

  private void fade(long now) {
    if (now > atNanos) {
      double kept = atNanos == Long.MIN_VALUE ? 0 : Math.exp((atNanos - now) / MEMORY_NANOS);
      served *= kept;
      lost *= kept;
      atNanos = now;
    }
  }
}
