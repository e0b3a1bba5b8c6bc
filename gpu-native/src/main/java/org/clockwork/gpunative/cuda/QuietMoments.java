package org.clockwork.gpunative.cuda;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * When LOAD may move pages without delaying EXEC. The driver's calls that change what lies behind
 * addresses hold locks that a launch needs, 10 to 50 µs each; right after a launch the GPU has
 * work, and nobody waits for them.
 */
public final class QuietMoments {
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean busy;
  private long launches;

  /** EXEC is about to launch a batch. */
  public void launching() {
    lock.lock();
    try {
      busy = true;
    } finally {
      lock.unlock();
    }
  }

  /** The GPU has all that it needs for the batch. */
  public void launched() {
    lock.lock();
    try {
      launches++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The batch has ended. Whoever waits goes on waiting: the next launch is likely to come at once.
   */
  public void ended() {
    lock.lock();
    try {
      busy = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns at once where no batch runs; otherwise after the next launch, or when the time is over.
   */
  public void await(long mostNanos) {
    lock.lock();
    try {
      long seen = launches;
      long leftNanos = busy ? mostNanos : 0;
      while (launches == seen && leftNanos > 0) {
        leftNanos = changed.awaitNanos(leftNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
