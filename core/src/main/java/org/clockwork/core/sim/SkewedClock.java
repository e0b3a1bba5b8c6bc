package org.clockwork.core.sim;

import org.clockwork.core.device.Clock;

/**
 * A worker's clock: true time and a fixed skew. Waiting on it takes no time; it then stands where
 * the wait would have ended, until it is set to the true time again.
 */
final class SkewedClock implements Clock {
  private final Agenda agenda;
  private final long skewNanos;
  private long waitedUntilNanos;

  SkewedClock(Agenda agenda, long skewNanos) {
    this.agenda = agenda;
    this.skewNanos = skewNanos;
  }

  /** Forgets what was waited for. */
  void set() {
    waitedUntilNanos = Long.MIN_VALUE;
  }

  @Override
  public long nanos() {
    return Math.max(agenda.nowNanos() + skewNanos, waitedUntilNanos);
  }

  @Override
  public void waitUntil(long nanos) {
    waitedUntilNanos = Math.max(waitedUntilNanos, nanos);
  }

  long trueNanos(long workerNanos) {
    return workerNanos - skewNanos;
  }
}
