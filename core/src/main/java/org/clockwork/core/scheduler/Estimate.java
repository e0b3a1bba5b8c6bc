package org.clockwork.core.scheduler;

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

  void observe(long nanos) {
    int at = observed++ % SAMPLES;
    long dropped = recent[at];
    recent[at] = nanos;
    if (nanos >= largest) {
      largest = nanos;
    } else if (dropped == largest) {
      largest = 0;
      for (long sample : recent) {
        largest = Math.max(largest, sample);
      }
    }
  }
}
