package org.clockwork.scripts;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.clockwork.core.workload.Course;

/**
 * The callbacks that a script has set, in the order in which they are due. All times are
 * nanoseconds from the start of its load; one that would be due at the end or later never is.
 */
final class ScriptTimers {
  private static final double MILLI_NANOS = 1e6;
  private static final double SECOND_NANOS = 1e9;

  /** Shorter than any callback: one that sets itself again at once still lets time pass. */
  private static final double GAP_NANOS_MIN = 1e3;

  private final long endNanos;
  private final SplittableRandom chance;
  private final PriorityQueue<Timer> timers = new PriorityQueue<>(Timer.ORDER);
  private boolean cut;
  private long made;

  /** A callback that is due once, or again and again until it is stopped. */
  final class Timer {
    /** At equal times the one that was set first comes first. */
    private static final Comparator<Timer> ORDER =
        Comparator.<Timer>comparingLong(timer -> timer.dueNanos)
            .thenComparingLong(timer -> timer.number);

    private final long number = made++;
    private final Gaps gaps;
    private final Runnable callback;
    // A double, so that the rounding of one gap does not shift all that follow.
    private double cursorNanos;
    private long dueNanos;
    private boolean stopped;

    private Timer(long setNanos, Gaps gaps, Runnable callback) {
      this.cursorNanos = setNanos;
      this.gaps = gaps;
      this.callback = callback;
      plan();
    }

    long dueNanos() {
      return dueNanos;
    }

    Runnable callback() {
      return callback;
    }

    void stop() {
      stopped = true;
      timers.remove(this);
    }

    /** Its callback has run: it is due again, where something follows. */
    void plan() {
      double gapNanos = gaps.nextNanos();
      cursorNanos += gapNanos;
      dueNanos = gapNanos == Double.POSITIVE_INFINITY ? Course.NEVER : (long) cursorNanos;
      if (!stopped && dueNanos < endNanos) {
        timers.add(this);
      } else if (dueNanos < Course.NEVER) {
        cut = true;
      }
    }
  }

  /** From one time to the next; infinite where none follows. */
  @FunctionalInterface
  private interface Gaps {
    double nextNanos();
  }

  ScriptTimers(long endNanos, SplittableRandom chance) {
    this.endNanos = endNanos;
    this.chance = chance;
  }

  /** Due every so many milliseconds, for the first time after as many. */
  Timer every(double millis, long setNanos, Runnable callback) {
    return new Timer(setNanos, () -> millis * MILLI_NANOS, callback);
  }

  /** Due once. */
  Timer after(double millis, long setNanos, Runnable callback) {
    double[] gaps = {Math.max(GAP_NANOS_MIN, millis * MILLI_NANOS), Double.POSITIVE_INFINITY};
    int[] next = {0};
    return new Timer(setNanos, () -> gaps[next[0]++], callback);
  }

  /** Due at Poisson arrivals, on dice of its own: what else the script draws shifts none. */
  Timer poisson(double perSecond, long setNanos, Runnable callback) {
    SplittableRandom own = chance.split();
    return new Timer(setNanos, () -> own.nextExponential() * SECOND_NANOS / perSecond, callback);
  }

  boolean isEmpty() {
    return timers.isEmpty();
  }

  boolean isDue(long untilNanos) {
    return nextNanos() <= untilNanos;
  }

  /** When the next one is due; {@link Course#NEVER} where there is none. */
  long nextNanos() {
    return timers.isEmpty() ? Course.NEVER : timers.peek().dueNanos;
  }

  /** Takes out the next one; there must be one. */
  Timer poll() {
    return timers.remove();
  }

  /** Whether something was due at the end or later, so that the load lasted until the end. */
  boolean cut() {
    return cut;
  }

  void clear() {
    timers.clear();
  }
}
