package org.clockwork.core.trace;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** When in a day a function of a made-up trace is invoked. */
sealed interface Rhythm {

  /** Draws the counts of one day. */
  void draw(RandomGenerator chance, int[] perMinute);

  /** By a timer: that often every period, without any chance. */
  record Timer(int periodMinutes, int phaseMinutes, int each) implements Rhythm {
    @Override
    public void draw(RandomGenerator chance, int[] perMinute) {
      Arrays.fill(perMinute, 0);
      for (int minute = phaseMinutes; minute < Invocations.MINUTES; minute += periodMinutes) {
        perMinute[minute] = each;
      }
    }
  }

  /** By people: more by day than by night. */
  record Diurnal(double perDay, double swing, int peakMinute) implements Rhythm {
    @Override
    public void draw(RandomGenerator chance, int[] perMinute) {
      Arrivals arrivals = new Arrivals(chance);
      for (int minute = 0; minute < Invocations.MINUTES; minute++) {
        perMinute[minute] = arrivals.next(perDay / Invocations.MINUTES * weight(minute));
      }
    }

    /** 1 on average. */
    private double weight(int minute) {
      return 1 + swing * Day.COSINE[Math.floorMod(minute - peakMinute, Invocations.MINUTES)];
    }
  }

  /** By what runs every so often and then asks for much at once. */
  record Spiky(
      double perDay, double inSpikes, int periodMinutes, int phaseMinutes, int spikeMinutes)
      implements Rhythm {
    @Override
    public void draw(RandomGenerator chance, int[] perMinute) {
      Arrivals arrivals = new Arrivals(chance);
      double mean = perDay / Invocations.MINUTES;
      double between = mean * (1 - inSpikes);
      double spike = between + mean * inSpikes * periodMinutes / spikeMinutes;
      for (int minute = 0; minute < Invocations.MINUTES; minute++) {
        boolean inSpike = Math.floorMod(minute - phaseMinutes, periodMinutes) < spikeMinutes;
        perMinute[minute] = arrivals.next(inSpike ? spike : between);
      }
    }
  }

  /** In one stretch of the day, and hardly outside of it. */
  record Episode(double perDay, int beginMinute, int lengthMinutes) implements Rhythm {
    private static final double OUTSIDE = 0.05;

    @Override
    public void draw(RandomGenerator chance, int[] perMinute) {
      Arrivals arrivals = new Arrivals(chance);
      double outside = perDay * OUTSIDE / Invocations.MINUTES;
      double inside = outside + perDay * (1 - OUTSIDE) / lengthMinutes;
      for (int minute = 0; minute < Invocations.MINUTES; minute++) {
        boolean within = Math.floorMod(minute - beginMinute, Invocations.MINUTES) < lengthMinutes;
        perMinute[minute] = arrivals.next(within ? inside : outside);
      }
    }
  }

  /** A Poisson process, minute by minute. */
  final class Arrivals {
    /** From here on a normal distribution is as good, and as quick for any mean. */
    private static final double NORMAL_MEAN = 50;

    private final RandomGenerator chance;
    private double gap;

    private Arrivals(RandomGenerator chance) {
      this.chance = chance;
      this.gap = chance.nextExponential();
    }

    /** How many there are in the next minute, in which so many are expected. */
    int next(double mean) {
      if (mean >= NORMAL_MEAN) {
        return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * chance.nextGaussian()));
      }
      int count = 0;
      for (gap -= mean; gap <= 0; gap += chance.nextExponential()) {
        count++;
      }
      return count;
    }
  }

  /** One turn of the clock, so that no cosine is computed sixty million times. */
  final class Day {
    private static final double[] COSINE = new double[Invocations.MINUTES];

    static {
      for (int minute = 0; minute < Invocations.MINUTES; minute++) {
        COSINE[minute] = Math.cos(2 * Math.PI * minute / Invocations.MINUTES);
      }
    }

    private Day() {}
  }
}
