package org.clockwork.core.workload;

import java.util.random.RandomGenerator;

/**
 * Intended send times of one open-loop stream, ascending, counted from the run's start. The gaps
 * are drawn at rate 1 and stretched by the pace, so a gap during which the rate changes takes part
 * of its length from each side, and a Poisson process stays one.
 */
public final class Timeline {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Distribution spacing;
  private final Pace pace;
  private final RandomGenerator chance;
  // A double, so that the rounding of one gap does not shift all that follow.
  private double cursorNanos;
  private double gap;

  Timeline(Distribution spacing, Pace pace, RandomGenerator chance) {
    this.spacing = spacing;
    this.pace = pace;
    this.chance = chance;
    this.gap = spacing.remainder(chance);
  }

  /** The next intended time, {@link Course#NEVER} after the last. */
  public long nextNanos() {
    double left = gap;
    while (true) {
      double perNano = pace.perSecond() / NANOS_PER_SECOND;
      long untilNanos = pace.untilNanos();
      if (perNano > 0) {
        double neededNanos = left / perNano;
        if (cursorNanos + neededNanos < untilNanos) {
          cursorNanos += neededNanos;
          gap = spacing.draw(chance);
          return (long) cursorNanos;
        }
        left = Math.max(0, left - (untilNanos - cursorNanos) * perNano);
      }
      if (untilNanos == Course.NEVER) {
        return Course.NEVER;
      }
      cursorNanos = untilNanos;
      pace.advance();
    }
  }
}
