package org.clockwork.core.scheduler;

/**
 * How far a worker's clock is ahead of the controller's. Every action and its outcome give one
 * sample, as NTP takes it; the sample with the shortest round trip among the recent ones is
 * believed, and half of that round trip bounds its error.
 */
public final class ClockOffset {
  /** Long enough to meet a quiet moment, short enough to follow a drifting clock. */
  private static final int SAMPLES = 64;

  private final long[] offsets = new long[SAMPLES];
  private final long[] roundTrips = new long[SAMPLES];
  private int observed;
  private int best;

  /**
   * One action there and its outcome back.
   *
   * @param sentNanos the controller's clock when the action left
   * @param receivedNanos the worker's clock when it came
   * @param repliedNanos the worker's clock when the outcome left
   * @param arrivedNanos the controller's clock when that came
   */
  public void observe(long sentNanos, long receivedNanos, long repliedNanos, long arrivedNanos) {
    int at = observed++ % SAMPLES;
    offsets[at] = ((receivedNanos - sentNanos) + (repliedNanos - arrivedNanos)) / 2;
    roundTrips[at] = (arrivedNanos - sentNanos) - (repliedNanos - receivedNanos);
    if (at == best) {
      best = shortest();
    } else if (roundTrips[at] <= roundTrips[best]) {
      best = at;
    }
  }

  /** Add to a time of the controller's to have the worker's; 0 until something was observed. */
  public long offsetNanos() {
    return offsets[best];
  }

  /** The estimate is at most this far off. */
  public long errorNanos() {
    return roundTrips[best] / 2;
  }

  public long roundTripNanos() {
    return roundTrips[best];
  }

  public boolean known() {
    return observed > 0;
  }

  private int shortest() {
    int shortest = 0;
    for (int i = 1; i < Math.min(observed, SAMPLES); i++) {
      if (roundTrips[i] < roundTrips[shortest]) {
        shortest = i;
      }
    }
    return shortest;
  }
}
