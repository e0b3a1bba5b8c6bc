package org.clockwork.scripts;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.graalvm.polyglot.Context;

/**
 * Stops a script that does not return: one thread beside each script, which looks from time to time
 * how long the script has been at it.
 */
final class Watchdog implements AutoCloseable {
  /**
   * So long a script may go on without returning, in its thread's processor time: on a machine with
   * more to do than it can, the same script takes longer by the clock. A callback takes
   * microseconds; reading json out of Python's library, the slowest thing that is no mistake, up to
   * three seconds.
   */
  static final long LIMIT_NANOS = 4_000_000_000L;

  /** One that runs gets a larger share of a processor than this, however busy the machine is. */
  private static final double ASLEEP = 0.02;

  private static final long LOOK_NANOS = 100_000_000;

  /** So long each of the two ways to stop it may take: within 5 s in all it is told. */
  private static final Duration STOPPING = Duration.ofMillis(300);

  private static final long OUTSIDE = 0;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Context context;
  private final Runnable stuck;
  private volatile long threadId;
  private volatile long enteredNanos = OUTSIDE;
  private volatile boolean barked;
  private volatile boolean open = true;

  /**
   * @param stuck called where the script can't be stopped; its thread is lost then
   */
  Watchdog(String script, Context context, Runnable stuck) {
    this.context = context;
    this.stuck = stuck;
    Thread.ofPlatform().daemon().name("watchdog-" + script).start(this::run);
  }

  /** The script begins to run, on the calling thread, which is always the same. */
  void entered() {
    threadId = Thread.currentThread().threadId();
    enteredNanos = System.nanoTime() | 1;
  }

  /** It has returned, or waits for something that it was promised. */
  void left() {
    enteredNanos = OUTSIDE;
  }

  /** Whether it was stopped because it did not return. */
  boolean hasBarked() {
    return barked;
  }

  @Override
  public void close() {
    open = false;
  }

  private void run() {
    long seenNanos = OUTSIDE;
    long seenCpuNanos = 0;
    while (open) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      long since = enteredNanos;
      if (since != seenNanos) {
        seenNanos = since;
        seenCpuNanos = since == OUTSIDE ? 0 : cpuNanos();
      } else if (since != OUTSIDE
          && isTooLong(System.nanoTime() - since, cpuNanos() - seenCpuNanos)) {
        barked = true;
        open = false;
        stop();
      }
    }
  }

  private static boolean isTooLong(long nanos, long cpuNanos) {
    return cpuNanos > LIMIT_NANOS || (nanos > LIMIT_NANOS && cpuNanos < ASLEEP * nanos);
  }

  private long cpuNanos() {
    return Math.max(0, THREADS.getThreadCpuTime(threadId));
  }

  private void stop() {
    try {
      context.interrupt(STOPPING);
    } catch (TimeoutException _) {
      // Closing waits for it, too, and without a limit: on a thread of its own.
      Thread closing = Thread.ofPlatform().daemon().start(() -> context.close(true));
      if (!joined(closing)) {
        stuck.run();
      }
    }
  }

  private static boolean joined(Thread thread) {
    try {
      return thread.join(STOPPING);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
