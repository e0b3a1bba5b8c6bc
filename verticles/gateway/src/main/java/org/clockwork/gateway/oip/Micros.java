package org.clockwork.gateway.oip;

/** Microseconds, in which the protocol tells times. */
public final class Micros {
  private static final long NANOS_PER_MICRO = 1_000;

  private Micros() {}

  public static long of(long nanos) {
    return nanos / NANOS_PER_MICRO;
  }

  /** Saturates: an absurd objective is refused as one, and must not turn into a small one. */
  static long toNanos(double micros) {
    return Math.round(micros * NANOS_PER_MICRO);
  }
}
