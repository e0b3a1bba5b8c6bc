package org.clockwork.core.scheduler;

import java.util.Arrays;

/**
 * What a duration will be: the largest of the last ten, which is what the published p99 of ten
 * samples comes to. Starts from the profile.
 */
final class Estimate {
  private static final int SAMPLES = 10;

  private final long[] recent = new long[SAMPLES];
  private int observed = 1;
  private long largest;
  private long median;

  Estimate(long profiledNanos) {
    recent[0] = profiledNanos;
    look();
  }

  /** To plan one action by. */
  long nanos() {
    return largest;
  }

  /** To plan many in a row by: they will not all be as slow as the slowest. */
  long typicalNanos() {
    return median;
  }

  void observe(long nanos) {
    recent[observed++ % SAMPLES] = nanos;
    look();
  }

  /**
   * Takes the largest sample down to the median: an estimate that turns requests away gets no new
   * samples, and one slow run would stand for ever.
   */
  void doubt() {
    long doubted = largest;
    Arrays.setAll(recent, i -> recent[i] == doubted ? median : recent[i]);
    look();
  }

  private void look() {
    long[] sorted = Arrays.copyOf(recent, Math.min(observed, SAMPLES));
    Arrays.sort(sorted);
    largest = sorted[sorted.length - 1];
    median = sorted[(sorted.length - 1) / 2];
  }
}
