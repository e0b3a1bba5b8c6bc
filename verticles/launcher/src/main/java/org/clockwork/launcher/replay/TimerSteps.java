package org.clockwork.launcher.replay;

/**
 * When the live controller's timer rings, on a machine that is never late: a whole number of
 * milliseconds after it was set, at least one; where that turns out to be too early, as many again.
 * One that would ring early is left running when a later time is set.
 */
final class TimerSteps {
  private static final long STEP_NANOS = 1_000_000;
  private static final long OFF = Long.MAX_VALUE;

  private long wantedNanos = OFF;
  private long armedNanos = OFF;
  private long ringsNanos = OFF;

  /** Wants to be woken then; returns when that will be, unless another time is set before. */
  long set(long nowNanos, long nanos) {
    while (ringsNanos <= nowNanos) {
      rang(ringsNanos);
    }
    wantedNanos = nanos;
    if (nanos == OFF) {
      return OFF;
    }
    if (nanos < armedNanos) {
      arm(nowNanos);
    }
    return wakesNanos();
  }

  /** Whether who is woken now had been waiting for that. */
  boolean isDue(long nowNanos) {
    return wantedNanos <= nowNanos;
  }

  /** It rang, and woke whom it had to. */
  void woke() {
    wantedNanos = OFF;
    armedNanos = OFF;
    ringsNanos = OFF;
  }

  /** When it wakes as things stand. */
  long wakesNanos() {
    return wantedNanos == OFF ? OFF : stepped(ringsNanos, wantedNanos);
  }

  private void rang(long nanos) {
    if (nanos >= wantedNanos || wantedNanos == OFF) {
      woke();
    } else {
      arm(nanos);
    }
  }

  private void arm(long nowNanos) {
    armedNanos = wantedNanos;
    ringsNanos = nowNanos + Math.max(STEP_NANOS, upToStep(wantedNanos - nowNanos));
  }

  private static long stepped(long ringsNanos, long wantedNanos) {
    return ringsNanos + Math.max(0, upToStep(wantedNanos - ringsNanos));
  }

  private static long upToStep(long nanos) {
    return Math.ceilDiv(nanos, STEP_NANOS) * STEP_NANOS;
  }
}
