package org.clockwork.core.scheduler;

/**
 * Durations as people read them. Under overload a scheduler explains a hundred thousand refusals a
 * second, and a formatter takes longer over its number than the decision took.
 */
public final class Millis {
  private static final long TENTH_NANOS = 100_000;

  private Millis() {}

  /** Milliseconds to the tenth, the nearest one: 12.3. */
  public static String text(long nanos) {
    if (nanos < 0) {
      return "-" + text(-nanos);
    }
    long tenths = nanos / TENTH_NANOS + (2 * (nanos % TENTH_NANOS) < TENTH_NANOS ? 0 : 1);
    return tenths / 10 + "." + tenths % 10;
  }
}
