package org.clockwork.core.policy;

/** The sum of what came within the last second, which moves on in tenths. */
final class LastSecond {
  static final long NANOS = 1_000_000_000;

  private static final int BUCKETS = 10;
  private static final long BUCKET_NANOS = NANOS / BUCKETS;

  private final long[] buckets = new long[BUCKETS];
  private long bucket = Long.MIN_VALUE;
  private long sum;

  void add(long amount, long now) {
    turn(now);
    buckets[place(bucket)] += amount;
    sum += amount;
  }

  long sum(long now) {
    turn(now);
    return sum;
  }

  private void turn(long now) {
    long current = Math.floorDiv(now, BUCKET_NANOS);
    if (current == bucket) {
      return;
    }
    long oldest = current - BUCKETS + 1;
    for (long passed = Math.max(bucket + 1, oldest); passed <= current; passed++) {
      sum -= buckets[place(passed)];
      buckets[place(passed)] = 0;
    }
    bucket = Math.max(bucket, current);
  }

  private static int place(long bucket) {
    return (int) Math.floorMod(bucket, (long) BUCKETS);
  }
}
