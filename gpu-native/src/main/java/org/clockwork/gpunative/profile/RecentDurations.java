package org.clockwork.gpunative.profile;

import java.util.Arrays;
import java.util.OptionalLong;

/** The last few durations of one step. Written by one thread; read when that thread is idle. */
public final class RecentDurations {
  /** About the last seconds of a busy model: recent enough to tell how the machine is now. */
  private static final int KEPT = 64;

  private final long[] nanos = new long[KEPT];
  private volatile int seen;

  public void add(long durationNanos) {
    int count = seen;
    nanos[count % KEPT] = durationNanos;
    // Wraps far below overflow, and stays above KEPT.
    seen = count == Integer.MAX_VALUE ? KEPT + count % KEPT + 1 : count + 1;
  }

  /** Upper percentile of what is kept; empty while there are fewer than {@code atLeast}. */
  public OptionalLong upper(int atLeast) {
    int count = Math.min(seen, KEPT);
    return count < atLeast
        ? OptionalLong.empty()
        : OptionalLong.of(upper(Arrays.copyOf(nanos, count)));
  }

  /**
   * The 90th percentile: what a planner may count on. The maximum would be the one disturbance that
   * a measurement of ten runs happens to meet.
   */
  public static long upper(long[] durations) {
    long[] sorted = durations.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(0.9 * sorted.length) - 1];
  }
}
