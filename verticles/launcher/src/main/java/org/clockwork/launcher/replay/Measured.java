package org.clockwork.launcher.replay;

/** What something took in a recorded run, each time. */
public final class Measured {
  private final String what;
  private final long[] sortedNanos;

  /**
   * @param what it is, for people
   * @param sortedNanos ascending
   */
  Measured(String what, long[] sortedNanos) {
    this.what = what;
    this.sortedNanos = sortedNanos;
  }

  public String what() {
    return what;
  }

  public int count() {
    return sortedNanos.length;
  }

  /** The smallest that so large a share doesn't exceed; 0 where there is none at all. */
  public long nanos(double share) {
    return sortedNanos.length == 0
        ? 0
        : sortedNanos[(int) Math.min(sortedNanos.length - 1, sortedNanos.length * share)];
  }
}
