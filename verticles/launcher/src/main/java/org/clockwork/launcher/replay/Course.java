package org.clockwork.launcher.replay;

import java.util.Arrays;

/** One duration over the time of a recording; times come in nearly ascending. */
final class Course {
  private long[] times = new long[64];
  private long[] nanos = new long[64];
  private int count;

  /** Clocks are known to half a round trip: what comes out below nothing is none. */
  void add(long time, long measuredNanos) {
    if (count == times.length) {
      times = Arrays.copyOf(times, 2 * count);
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    // What is told a little late counts from when it was told.
    times[count] = count == 0 ? time : Math.max(time, times[count - 1]);
    nanos[count++] = Math.max(0, measuredNanos);
  }

  /** What was measured last up to that time, or first of all; 0 where nothing was. */
  long at(long time) {
    if (count == 0) {
      return 0;
    }
    int found = Arrays.binarySearch(times, 0, count, time);
    int index = found >= 0 ? found : -found - 2;
    return nanos[Math.max(0, index)];
  }

  long longest() {
    return Arrays.stream(nanos, 0, count).max().orElse(0);
  }
}
