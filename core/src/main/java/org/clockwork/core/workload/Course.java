package org.clockwork.core.workload;

/**
 * A number over the time of a run, such as a rate or an slo factor: the same throughout, stepped
 * every period until it would pass a bound, which ends the run, for a while, or as it was counted
 * elsewhere. Times count from the run's start.
 */
public sealed interface Course {
  /** No such time: a course that never changes or never ends. */
  long NEVER = Long.MAX_VALUE;

  static Course constant(double value) {
    return new Constant(value);
  }

  double at(long elapsedNanos);

  /** The first change after this time. */
  long nextChangeNanos(long elapsedNanos);

  long endNanos();

  record Constant(double value) implements Course {
    @Override
    public double at(long elapsedNanos) {
      return value;
    }

    @Override
    public long nextChangeNanos(long elapsedNanos) {
      return NEVER;
    }

    @Override
    public long endNanos() {
      return NEVER;
    }
  }

  /** A value from one time until another, which ends the run; 0 before. */
  record Lasting(double value, long startNanos, long endNanos) implements Course {
    public Lasting {
      if (startNanos < 0 || endNanos <= startNanos) {
        throw new IllegalArgumentException(
            "what lasts from startNanos=%d must end later, got endNanos=%d"
                .formatted(startNanos, endNanos));
      }
    }

    @Override
    public double at(long elapsedNanos) {
      return elapsedNanos < startNanos ? 0 : value;
    }

    @Override
    public long nextChangeNanos(long elapsedNanos) {
      return elapsedNanos < startNanos ? startNanos : NEVER;
    }
  }

  /**
   * Counts that were taken elsewhere, each for one interval and times a factor; after the last one
   * it goes on with the first. The array is not copied: thousands of streams may play one trace.
   */
  final class Replayed implements Course {
    private final int[] counts;
    private final double factor;
    private final long intervalNanos;

    public Replayed(int[] counts, double factor, long intervalNanos) {
      if (counts.length == 0 || !(factor > 0) || intervalNanos <= 0) {
        throw new IllegalArgumentException(
            "a replay needs counts, factor=%s and intervalNanos=%d above 0"
                .formatted(factor, intervalNanos));
      }
      this.counts = counts;
      this.factor = factor;
      this.intervalNanos = intervalNanos;
    }

    @Override
    public double at(long elapsedNanos) {
      return count(elapsedNanos / intervalNanos) * factor;
    }

    /** Intervals with the same count are one stretch, so that long silences are passed at once. */
    @Override
    public long nextChangeNanos(long elapsedNanos) {
      long now = elapsedNanos / intervalNanos;
      for (long later = now + 1; later < now + counts.length; later++) {
        if (count(later) != count(now)) {
          return later * intervalNanos;
        }
      }
      return NEVER;
    }

    @Override
    public long endNanos() {
      return NEVER;
    }

    private int count(long interval) {
      return counts[(int) (interval % counts.length)];
    }
  }

  /** One value and the other, each for a period, without end. */
  record Alternating(double first, double second, long periodNanos) implements Course {
    public Alternating {
      if (periodNanos <= 0) {
        throw new IllegalArgumentException(
            "an alternating course needs a period above 0, got periodNanos=" + periodNanos);
      }
    }

    @Override
    public double at(long elapsedNanos) {
      return elapsedNanos / periodNanos % 2 == 0 ? first : second;
    }

    @Override
    public long nextChangeNanos(long elapsedNanos) {
      return (elapsedNanos / periodNanos + 1) * periodNanos;
    }

    @Override
    public long endNanos() {
      return NEVER;
    }
  }

  /** A stepped course that keeps its last value instead of ending the run. */
  record Settling(Stepped steps) implements Course {
    @Override
    public double at(long elapsedNanos) {
      return steps.at(elapsedNanos);
    }

    @Override
    public long nextChangeNanos(long elapsedNanos) {
      return steps.nextChangeNanos(elapsedNanos);
    }

    @Override
    public long endNanos() {
      return NEVER;
    }
  }

  /** One course times another; over with the first of them. */
  record Product(Course one, Course other) implements Course {
    @Override
    public double at(long elapsedNanos) {
      return one.at(elapsedNanos) * other.at(elapsedNanos);
    }

    @Override
    public long nextChangeNanos(long elapsedNanos) {
      return Math.min(one.nextChangeNanos(elapsedNanos), other.nextChangeNanos(elapsedNanos));
    }

    @Override
    public long endNanos() {
      return Math.min(one.endNanos(), other.endNanos());
    }
  }

  /** How one period's value follows from the one before. */
  enum Step {
    ADD,
    MUL
  }

  /**
   * Starts at {@code start}, changes by {@code by} after each period and keeps the last value that
   * is not past {@code bound} for one period like any other.
   */
  record Stepped(double start, Step step, double by, double bound, long periodNanos)
      implements Course {
    /** Lets a bound that is met but for rounding count as met: 10 × 0.1 is not quite 1. */
    private static final double TOLERANCE_STEPS = 1e-9;

    public Stepped {
      if (periodNanos <= 0) {
        throw new IllegalArgumentException(
            "a stepped course needs a period above 0, got periodNanos=" + periodNanos);
      }
      double steps = steps(start, step, by, bound);
      // NaN, from inputs that make no sense together, fails this too.
      if (!(steps >= -TOLERANCE_STEPS && steps * periodNanos < Long.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "start=%s changed by %s %s never reaches bound=%s; choose a step that leads from one to the other"
                .formatted(start, step, by, bound));
      }
    }

    @Override
    public double at(long elapsedNanos) {
      long taken = Math.clamp(elapsedNanos / periodNanos, 0, lastStep());
      return switch (step) {
        case ADD -> start + taken * by;
        case MUL -> start * Math.pow(by, (double) taken);
      };
    }

    @Override
    public long nextChangeNanos(long elapsedNanos) {
      long next = elapsedNanos / periodNanos + 1;
      return next > lastStep() ? NEVER : next * periodNanos;
    }

    @Override
    public long endNanos() {
      return (lastStep() + 1) * periodNanos;
    }

    private long lastStep() {
      return (long) (steps(start, step, by, bound) + TOLERANCE_STEPS);
    }

    private static double steps(double start, Step step, double by, double bound) {
      return switch (step) {
        case ADD -> (bound - start) / by;
        // By 0 the logarithm is infinite, and the quotient would look like no step at all.
        case MUL -> by > 0 ? Math.log(bound / start) / Math.log(by) : Double.NaN;
      };
    }
  }
}
