package org.clockwork.core.trace;

import java.util.Arrays;

/**
 * How often one function was invoked in each minute of a day. Most functions are idle in most
 * minutes, so only the others are kept: a day of 46,000 functions takes some tens of megabytes.
 */
public final class Invocations {
  /** Minutes of a day, which is what one trace covers. */
  public static final int MINUTES = 1_440;

  private final short[] minutes;
  private final int[] counts;
  private final long total;
  private final int peak;

  private Invocations(short[] minutes, int[] counts) {
    this.minutes = minutes;
    this.counts = counts;
    this.total = Arrays.stream(counts).asLongStream().sum();
    this.peak = Arrays.stream(counts).max().orElse(0);
  }

  /**
   * Those of one function; the array is copied and may be used again.
   *
   * @param perMinute {@link #MINUTES} counts, none below 0
   */
  public static Invocations of(int[] perMinute) {
    if (perMinute.length != MINUTES) {
      throw new IllegalArgumentException(
          "a day has %d minutes, got counts for %d".formatted(MINUTES, perMinute.length));
    }
    int busy = 0;
    for (int count : perMinute) {
      if (count < 0) {
        throw new IllegalArgumentException("a count of %d is below 0".formatted(count));
      }
      busy += count > 0 ? 1 : 0;
    }
    short[] minutes = new short[busy];
    int[] counts = new int[busy];
    int next = 0;
    for (int minute = 0; minute < MINUTES; minute++) {
      if (perMinute[minute] > 0) {
        minutes[next] = (short) minute;
        counts[next++] = perMinute[minute];
      }
    }
    return new Invocations(minutes, counts);
  }

  /** Of the whole day. */
  public long total() {
    return total;
  }

  /** Of the busiest minute. */
  public int peak() {
    return peak;
  }

  /** Minutes in which there were any. */
  public int busyMinutes() {
    return minutes.length;
  }

  /**
   * Adds these counts to others, as of a day that begins at another minute: what was in that minute
   * is added to the first one, and what was before it comes at the end.
   */
  public void addTo(int[] perMinute, int firstMinute) {
    for (int i = 0; i < minutes.length; i++) {
      int minute = Math.floorMod(minutes[i] - firstMinute, MINUTES);
      perMinute[minute] = Math.addExact(perMinute[minute], counts[i]);
    }
  }
}
