package org.clockwork.gpunative.cuda;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When LOAD may move pages without delaying EXEC. The driver's calls that change what lies behind
 * addresses hold locks that a launch needs, 20 to 90 µs each; right after a launch the GPU has
 * work, and nobody waits for them.
 */
public final class QuietMoments {
  private final AtomicLong launches = new AtomicLong();
  private volatile boolean busy;

  /** EXEC is about to launch a batch. */
  public void launching() {
    busy = true;
  }

  /** The GPU has all that it needs for the batch. */
  public void launched() {
    launches.incrementAndGet();
  }

  /**
   * The batch has ended. Whoever waits goes on waiting: the next launch is likely to come at once.
   */
  public void ended() {
    busy = false;
  }

  /**
   * Returns at once where no batch runs; otherwise after the next launch, or when the time is over.
   * Keeps its thread's core: falling asleep and waking up takes longer than most batches.
   *
   * @return what is left of the time
   */
  public long await(long mostNanos) {
    long leftNanos = mostNanos;
    if (busy) {
      long seen = launches.get();
      long endNanos = System.nanoTime() + mostNanos;
      while (launches.get() == seen && leftNanos > 0) {
        Thread.onSpinWait();
        leftNanos = endNanos - System.nanoTime();
      }
    }
    return leftNanos;
  }
}
