package org.clockwork.experiments;

import java.util.Set;

/**
 * Which part of a trial counts, and what is looked at beside the answers.
 *
 * @param warmUpNanos from when the clients start; what is sent before the end of it does not count
 * @param nanos how long is measured after that
 * @param windowNanos figures are kept for each such stretch of it
 */
public record Measurement(long warmUpNanos, long nanos, long windowNanos, Set<Extra> extras) {
  /** What costs more time than it is worth where nobody asks. */
  public enum Extra {
    /** The scheduler's processor time holds that of its messages' codecs. */
    CODECS,
    /** After what is measured, some of those that are refused follow the hint. */
    RETRIES
  }

  public Measurement {
    extras = Set.copyOf(extras);
    if (warmUpNanos < 0 || windowNanos <= 0 || nanos < windowNanos) {
      throw new IllegalArgumentException(
          "a measurement needs warmUpNanos=%d not below 0 and nanos=%d of at least windowNanos=%d"
              .formatted(warmUpNanos, nanos, windowNanos));
    }
    if (nanos % windowNanos != 0) {
      throw new IllegalArgumentException(
          "nanos=%d are no whole number of windowNanos=%d".formatted(nanos, windowNanos));
    }
  }

  /** As a whole, with no extras. */
  public static Measurement of(long warmUpNanos, long nanos) {
    return new Measurement(warmUpNanos, nanos, nanos, Set.of());
  }

  public Measurement inWindowsOf(long nanosEach) {
    return new Measurement(warmUpNanos, nanos, nanosEach, extras);
  }

  /** With these and no others. */
  public Measurement with(Extra... wanted) {
    return new Measurement(warmUpNanos, nanos, windowNanos, Set.of(wanted));
  }

  public int windows() {
    return Math.toIntExact(nanos / windowNanos);
  }

  boolean looksAt(Extra extra) {
    return extras.contains(extra);
  }

  /** From when the clients start until nothing counts any more. */
  public long untilNanos() {
    return warmUpNanos + nanos;
  }
}
