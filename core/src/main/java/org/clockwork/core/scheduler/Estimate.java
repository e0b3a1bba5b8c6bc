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

  Estimate(long profiledNanos) {
    recent[0] = profiledNanos;
    largest = profiledNanos;
  }

  long nanos() {
    return largest;
  }

  /**
   * Takes the largest sample down to the median: an estimate that turns requests away gets no new
   * samples, and one slow run would stand for ever.
   */
  void doubt() {
    long[] sorted = Arrays.copyOf(recent, Math.min(observed, SAMPLES));
    Arrays.sort(sorted);
    long median = sorted[(sorted.length - 1) / 2];
    for (int i = 0; i < sorted.length; i++) {
      recent[i] = recent[i] == largest ? median : recent[i];
    }
    largest = Arrays.stream(recent).max().orElseThrow();
  }

  void observe(long nanos) {
    int at = observed++ % SAMPLES;
    long dropped = recent[at];
    recent[at] = nanos;
    if (nanos >= largest) {
      largest = nanos;
    } else if (dropped == largest) {
      largest = Arrays.stream(recent).max().orElseThrow();
    }
  }
}
