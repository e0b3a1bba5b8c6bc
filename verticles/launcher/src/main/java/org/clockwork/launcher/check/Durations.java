package org.clockwork.launcher.check;

import java.util.Arrays;

/** How long the runs of one step took, ascending. */
public final class Durations {
  private final long[] sortedNanos;

  /**
   * @param nanos at least one
   */
  public Durations(long... nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("a step that never ran has no durations");
    }
    sortedNanos = nanos.clone();
    Arrays.sort(sortedNanos);
  }

  /** Half of the runs took no longer. */
  public long medianNanos() {
    return sortedNanos[(sortedNanos.length - 1) / 2];
  }

  /** The 90th percentile: what a worker takes for its profiles, too. At least 1. */
  public long upperNanos() {
    return Math.max(1, sortedNanos[(int) Math.ceil(0.9 * sortedNanos.length) - 1]);
  }

  public long leastNanos() {
    return sortedNanos[0];
  }

  public long mostNanos() {
    return sortedNanos[sortedNanos.length - 1];
  }

  public int runs() {
    return sortedNanos.length;
  }
}
