package org.clockwork.core.scheduler;

/**
 * What a duration will be: the largest of the last ten, which is what the published p99 of ten
 * samples comes to. Starts from the profile.
 */
final class Estimate {
  private static final int SAMPLES = 10;

  private final long[] recent = new long[SAMPLES];

  /** The same, the shortest first; only the first {@link #size} count. */
  private final long[] sorted = new long[SAMPLES];

  private int size;
  private int oldest;

  Estimate(long profiledNanos) {
    add(profiledNanos);
  }

  /** To plan one action by. */
  long nanos() {
    return sorted[size - 1];
  }

  /** What it is as often as not: many in a row will not all be as slow as the slowest. */
  long typicalNanos() {
    return sorted[(size - 1) / 2];
  }

  void observe(long nanos) {
    if (size < SAMPLES) {
      add(nanos);
    } else {
      replace(recent[oldest], nanos);
      recent[oldest] = nanos;
      oldest = (oldest + 1) % SAMPLES;
    }
  }

  private void add(long nanos) {
    recent[size] = nanos;
    sorted[size++] = Long.MAX_VALUE;
    replace(Long.MAX_VALUE, nanos);
  }

  private void replace(long gone, long nanos) {
    int at = 0;
    while (sorted[at] != gone) {
      at++;
    }
    for (; at > 0 && sorted[at - 1] > nanos; at--) {
      sorted[at] = sorted[at - 1];
    }
    for (; at < size - 1 && sorted[at + 1] < nanos; at++) {
      sorted[at] = sorted[at + 1];
    }
    sorted[at] = nanos;
  }

  /** Something that takes no less has just taken this: samples that were longer are cut to it. */
  void cut(long nanos) {
    if (nanos() <= nanos) {
      return;
    }
    for (int i = 0; i < size; i++) {
      recent[i] = Math.min(recent[i], nanos);
      sorted[i] = Math.min(sorted[i], nanos);
    }
  }

  /**
   * Takes the largest sample down to the median: an estimate that turns requests away gets no new
   * samples, and one slow run would stand for ever.
   */
  void doubt() {
    long doubted = nanos();
    long median = typicalNanos();
    for (int i = 0; i < size; i++) {
      if (recent[i] == doubted) {
        replace(doubted, median);
        recent[i] = median;
      }
    }
  }
}
