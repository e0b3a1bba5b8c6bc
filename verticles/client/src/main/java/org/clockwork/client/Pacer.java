package org.clockwork.client;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes an event loop at a precise time. {@code vertx.setTimer} has steps of 1 ms, which at 5,000
 * requests a second is five requests at a time; this is a thread of its own that parks, with the
 * operating system's 50 µs of slack.
 */
final class Pacer implements AutoCloseable {
  private static final long NEVER = Long.MAX_VALUE;

  /**
   * The last stretch is waited out by spinning where cores are to spare: it covers the slack. On
   * few cores spinning would take time from those who serve.
   */
  private static final long SPIN_NANOS =
      Runtime.getRuntime().availableProcessors() >= 4 ? 80_000 : 0;

  private final AtomicLong dueNanos = new AtomicLong(NEVER);
  private final Runnable wake;
  private final Thread thread;
  private volatile boolean open = true;

  /**
   * A pacer at rest.
   *
   * @param wake called on the pacer's thread; hands over to the event loop
   */
  Pacer(Runnable wake) {
    this.wake = wake;
    this.thread = Thread.ofPlatform().daemon().name("clockwork-client-pacer").start(this::run);
  }

  /** Calls once at this time of {@code System.nanoTime()} or soon after; replaces the last wish. */
  void wakeAt(long nanos) {
    long before = dueNanos.getAndSet(nanos);
    // A later wish needs no unpark: the thread wakes early, looks and parks again.
    if (nanos < before) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void close() {
    open = false;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (open) {
      long due = dueNanos.get();
      long leftNanos = due - System.nanoTime();
      if (due == NEVER) {
        LockSupport.park(this);
      } else if (leftNanos > SPIN_NANOS) {
        LockSupport.parkNanos(this, leftNanos - SPIN_NANOS);
      } else if (leftNanos > 0) {
        Thread.onSpinWait();
      } else if (dueNanos.compareAndSet(due, NEVER)) {
        wake.run();
      }
    }
  }
}
