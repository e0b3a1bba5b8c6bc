package org.clockwork.core.workload;

import java.util.random.RandomGenerator;

/** A rate over time: one stretch of constant rate after another, from the run's start. */
interface Pace {
  /** In this stretch; 0 in a silent one. */
  double perSecond();

  /** End of this stretch, {@link Course#NEVER} for the last one. */
  long untilNanos();

  /** Goes on to the next stretch. */
  void advance();

  static Pace of(Course course) {
    return new FollowingCourse(course);
  }

  static Pace bursts(double perSecond, Bursts bursts, RandomGenerator chance) {
    return new OnAndOff(perSecond, bursts, chance);
  }

  /** The rate that a course has; silent once the course has ended. */
  final class FollowingCourse implements Pace {
    private final Course course;
    // Asked for with every request, but changed with every stretch only.
    private double perSecond;
    private long untilNanos;

    private FollowingCourse(Course course) {
      this.course = course;
      stretchFrom(0);
    }

    @Override
    public double perSecond() {
      return perSecond;
    }

    @Override
    public long untilNanos() {
      return untilNanos;
    }

    @Override
    public void advance() {
      stretchFrom(untilNanos);
    }

    private void stretchFrom(long nanos) {
      boolean over = nanos >= course.endNanos();
      perSecond = over ? 0 : course.at(nanos);
      untilNanos = over ? Course.NEVER : Math.min(course.nextChangeNanos(nanos), course.endNanos());
    }
  }

  /** Bursts at a constant rate and silence between them; begins with a burst. */
  final class OnAndOff implements Pace {
    private final double perSecond;
    private final Bursts bursts;
    private final RandomGenerator chance;
    private boolean on = true;
    private long untilNanos;

    private OnAndOff(double perSecond, Bursts bursts, RandomGenerator chance) {
      this.perSecond = perSecond;
      this.bursts = bursts;
      this.chance = chance;
      this.untilNanos = bursts.drawBurstNanos(chance);
    }

    @Override
    public double perSecond() {
      return on ? perSecond : 0;
    }

    @Override
    public long untilNanos() {
      return untilNanos;
    }

    @Override
    public void advance() {
      on = !on;
      untilNanos += on ? bursts.drawBurstNanos(chance) : bursts.drawIdleNanos(chance);
    }
  }
}
