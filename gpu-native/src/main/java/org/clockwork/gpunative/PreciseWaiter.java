package org.clockwork.gpunative;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.clockwork.core.device.Clock;

/**
 * The machine's monotonic clock, and waiting for a moment on it as exactly as the machine allows:
 * parked until shortly before, then spinning. Any thread may wait; each is told once that the
 * kernel must not round its timers up.
 */
public final class PreciseWaiter implements Clock {
  /** A parked thread comes back up to this late on a machine that is not busy. */
  private static final long SPIN_NANOS = 150_000;

  /** Where spinning takes a core from somebody: covers the usual lateness and no more. */
  private static final long SHORT_SPIN_NANOS = 60_000;

  private static final ThreadLocal<Boolean> SLACK_SET =
      ThreadLocal.withInitial(TimerSlack::setForThisThread);

  private final long spinNanos;
  private final RealTime realTime;

  private PreciseWaiter(long spinNanos, RealTime realTime) {
    this.spinNanos = spinNanos;
    this.realTime = realTime;
  }

  /**
   * For the executors of this many devices on this machine. Each device has one EXEC, which is what
   * spins; another core is needed by everyone else.
   */
  public static PreciseWaiter forDevices(int devices) {
    return forDevices(devices, Runtime.getRuntime().availableProcessors());
  }

  static PreciseWaiter forDevices(int devices, int cores) {
    if (cores == 1) {
      return new PreciseWaiter(0, RealTime.NONE);
    }
    return new PreciseWaiter(cores > devices + 1 ? SPIN_NANOS : SHORT_SPIN_NANOS, RealTime.NONE);
  }

  /** One that prefers the threads which are {@link #enter entered} by it. */
  public PreciseWaiter preferring(RealTime threads) {
    return new PreciseWaiter(spinNanos, threads);
  }

  /** To be called by a thread that is going to wait, before it does. */
  public void enter() {
    realTime.preferThisThread();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void waitUntil(long nanos) {
    waitUntil(nanos, () -> false);
  }

  /**
   * Waits until that time, or until the condition holds. Whoever makes it hold unparks the waiting
   * thread.
   */
  public void waitUntil(long nanos, BooleanSupplier condition) {
    SLACK_SET.get();
    long leftNanos = nanos - System.nanoTime();
    while (leftNanos > 0 && !condition.getAsBoolean()) {
      if (leftNanos > spinNanos) {
        LockSupport.parkNanos(this, leftNanos - spinNanos);
      } else {
        Thread.onSpinWait();
      }
      leftNanos = nanos - System.nanoTime();
    }
  }
}
