package org.clockwork.launcher.replay;

import java.util.Arrays;

/**
 * One duration over the time of a recording; times come in nearly ascending.
 *
 * <p>What took long at one moment stood still until it was through: whatever else begins meanwhile
 * is through with it, and what begins later is as quick as usual. Between two samples the
 * standstill of the second is taken to have begun half-way. So a run that asks at other times than
 * those measured meets the same standstills, and not longer ones.
 */
final class Course {
  private long[] times = new long[64];
  private long[] nanos = new long[64];
  private int count;
  private long medianNanos = -1;

  /** Clocks are known to half a round trip: what comes out below nothing is none. */
  void add(long time, long measuredNanos) {
    if (count == times.length) {
      times = Arrays.copyOf(times, 2 * count);
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    // What is told a little late counts from when it was told.
    times[count] = count == 0 ? time : Math.max(time, times[count - 1]);
    nanos[count++] = Math.max(0, measuredNanos);
    medianNanos = -1;
  }

  /** What it took at that time; 0 where nothing was measured at all. */
  long at(long time) {
    if (count == 0) {
      return 0;
    }
    int before = Math.max(0, lastUntil(time));
    int after = Math.min(before + 1, count - 1);
    long throughBefore = times[before] + nanos[before];
    if (times[before] <= time && time < throughBefore) {
      return throughBefore - time;
    }
    long untilAfter = times[after] - time;
    if (0 <= untilAfter && untilAfter < nanos[after] && untilAfter <= time - times[before]) {
      return untilAfter + nanos[after];
    }
    return Math.min(median(), Math.min(nanos[before], nanos[after]));
  }

  /**
   * What was measured last before that time. For what comes one after the other, such as EXECs: a
   * standstill is seen by the one that it holds up, and a run in which others are in its place has
   * to be held up as often, though none of them is there at the same moment.
   */
  long last(long time) {
    return count == 0 ? 0 : nanos[Math.max(0, lastUntil(time))];
  }

  /** Of equal times the last; -1 before all. */
  private int lastUntil(long time) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private long median() {
    if (medianNanos < 0) {
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      medianNanos = sorted[count / 2];
    }
    return medianNanos;
  }

  /** The same without the times. */
  Measured measured(String what) {
    return new Measured(what, Arrays.stream(nanos, 0, count).sorted().toArray());
  }

  long longest() {
    return Arrays.stream(nanos, 0, count).max().orElse(0);
  }
}
