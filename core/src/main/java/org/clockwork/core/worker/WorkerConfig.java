package org.clockwork.core.worker;

/**
 * A worker's bounds.
 *
 * @param maxActions actions that may be open at once; the next is refused with code 11. 10,000 is a
 *     second of the fastest model's singles
 * @param maxEarlyInputs inputs kept for an action that has not come yet; at the bound the oldest is
 *     dropped, which is the one least likely to be asked for
 * @param maxEarlyBytes bytes of such inputs: 256 MiB, some 400 images
 * @param earlyAgeNanos an early input is dropped after this long: 1 s, a hundred times the usual
 *     schedule-ahead
 * @param drainNanos how long a worker that stops lets accepted actions end: 5 s, far beyond any
 *     window
 */
public record WorkerConfig(
    int maxActions, int maxEarlyInputs, long maxEarlyBytes, long earlyAgeNanos, long drainNanos) {
  public static final WorkerConfig DEFAULT =
      new WorkerConfig(10_000, 4_096, 256L << 20, 1_000_000_000L, 5_000_000_000L);

  public WorkerConfig {
    if (maxActions < 1
        || maxEarlyInputs < 1
        || maxEarlyBytes < 1
        || earlyAgeNanos < 1
        || drainNanos < 0) {
      throw new IllegalArgumentException(
          "a worker's bounds must be positive: maxActions=%d maxEarlyInputs=%d maxEarlyBytes=%d earlyAgeNanos=%d drainNanos=%d"
              .formatted(maxActions, maxEarlyInputs, maxEarlyBytes, earlyAgeNanos, drainNanos));
    }
  }

  /** Room that an executor's queue needs: a task for each action, and the clearing up after it. */
  public int queueCapacity() {
    return 2 * maxActions;
  }
}
