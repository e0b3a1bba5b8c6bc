package org.clockwork.core.workload;

/**
 * Which part of a run counts: that after the warm-up, for a duration, by the time at which a
 * request was meant to go out.
 *
 * @param durationNanos {@link Course#NEVER} counts until the run's own end
 */
public record Measured(long warmUpNanos, long durationNanos) {
  /** All of it. */
  public static final Measured ALL = new Measured(0, Course.NEVER);

  public Measured {
    if (warmUpNanos < 0 || durationNanos <= 0) {
      throw new IllegalArgumentException(
          "a warm-up must not be negative and a duration must be above 0,"
              + " got warmUpNanos=%d durationNanos=%d".formatted(warmUpNanos, durationNanos));
    }
  }

  /** How long to offer load: warm-up and duration. */
  public long runNanos() {
    long runNanos = warmUpNanos + durationNanos;
    return runNanos < 0 ? Course.NEVER : runNanos;
  }

  /** Whether a time counts, from the run's start. */
  public boolean includes(long elapsedNanos) {
    return elapsedNanos >= warmUpNanos && elapsedNanos < runNanos();
  }
}
