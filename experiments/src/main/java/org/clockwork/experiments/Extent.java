package org.clockwork.experiments;

/**
 * How much of an experiment is run: 1 is all of it, and only that is held against targets; less is
 * for a quick look. Every time in it shrinks by this, and so does the number of models where one
 * comes each second.
 */
public record Extent(double share) {
  public static final Extent WHOLE = new Extent(1);

  private static final long SECOND_NANOS = 1_000_000_000;

  public Extent {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "an extent is a number above 0 and at most 1, got " + share);
    }
  }

  public boolean whole() {
    return share == 1;
  }

  /** Of so many seconds, to the millisecond. */
  long nanosOf(long seconds) {
    return Math.max(1, Math.round(seconds * 1_000 * share)) * (SECOND_NANOS / 1_000);
  }

  /** Of so many of anything; at least one. */
  int of(int count) {
    return Math.max(1, (int) Math.round(count * share));
  }
}
