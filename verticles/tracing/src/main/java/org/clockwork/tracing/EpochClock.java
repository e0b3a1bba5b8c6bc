package org.clockwork.tracing;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Says when of the day something was that a monotonic clock has told. Compares both clocks anew
 * each time, since the one of the day is set from time to time.
 */
record EpochClock(LongSupplier monotonicNanos, LongSupplier epochNanos) {
  static EpochClock system() {
    return new EpochClock(System::nanoTime, EpochClock::now);
  }

  private static long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** What is to be added to times of the monotonic clock, as of now. */
  long aheadNanos() {
    return epochNanos.getAsLong() - monotonicNanos.getAsLong();
  }
}
