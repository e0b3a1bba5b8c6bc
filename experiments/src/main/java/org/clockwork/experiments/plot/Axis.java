package org.clockwork.experiments.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One direction of a plot.
 *
 * @param label with the unit
 * @param ticks values that are named; empty for round ones of the plot's own choice
 */
public record Axis(String label, Scale scale, List<Tick> ticks) {
  private static final int TICKS_WANTED = 6;

  /** With fewer on a logarithmic axis nobody could read a value off it. */
  private static final int TICKS_LEAST = 3;

  /** Beyond this a distribution's tail isn't drawn, as in the paper. */
  public static final double TAIL_MAX = 99.99;

  private static final List<Tick> TAIL_TICKS =
      Stream.of(0.0, 50.0, 90.0, 99.0, 99.9, TAIL_MAX)
          .map(value -> new Tick(value, text(value)))
          .toList();

  /** How far apart values are drawn. */
  public enum Scale {
    LINEAR,
    /** Of values above 0. */
    LOG,
    /**
     * Of percentiles: 0 to 90, 90 to 99 and 99 to 99.9 are equally far apart, so that a
     * distribution's tail is seen.
     */
    TAIL
  }

  /** A value with its name. */
  public record Tick(double value, String name) {}

  public Axis {
    ticks = List.copyOf(ticks);
  }

  public static Axis linear(String label) {
    return new Axis(label, Scale.LINEAR, List.of());
  }

  /** Percentiles up to {@link #TAIL_MAX}. */
  public static Axis tail(String label) {
    return new Axis(label, Scale.TAIL, TAIL_TICKS);
  }

  /** With these values named, which are what was varied; without any, with round ones. */
  public static Axis log(String label, double... named) {
    List<Tick> ticks = new ArrayList<>();
    for (double value : named) {
      ticks.add(new Tick(value, text(value)));
    }
    return new Axis(label, Scale.LOG, ticks);
  }

  /** Words in a row, at 0, 1, 2 and so on. */
  public static Axis words(String label, List<String> words) {
    List<Tick> ticks = new ArrayList<>();
    for (String word : words) {
      ticks.add(new Tick(ticks.size(), word));
    }
    return new Axis(label, Scale.LINEAR, ticks);
  }

  double transformed(double value) {
    return switch (scale) {
      case LINEAR -> value;
      case LOG -> Math.log(value);
      case TAIL -> -Math.log10(1 - value / 100);
    };
  }

  /** What is named between these. */
  List<Tick> ticksWithin(double low, double high) {
    if (!ticks.isEmpty()) {
      return ticks.stream().filter(t -> t.value() >= low && t.value() <= high).toList();
    }
    if (scale == Scale.LOG) {
      for (double[] factors : new double[][] {{1}, {1, 2, 5}}) {
        List<Tick> round = timesPowersOfTen(factors, low, high);
        if (round.size() >= TICKS_LEAST) {
          return everySecondOfMany(round);
        }
      }
    }
    return inRoundSteps(low, high);
  }

  /** So that names don't run into each other. */
  private static List<Tick> everySecondOfMany(List<Tick> ticks) {
    return ticks.size() <= TICKS_WANTED
        ? ticks
        : IntStream.range(0, ticks.size()).filter(i -> i % 2 == 0).mapToObj(ticks::get).toList();
  }

  private static List<Tick> timesPowersOfTen(double[] factors, double low, double high) {
    List<Tick> round = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (double factor : factors) {
        double value = factor * Math.pow(10, power);
        if (value >= low && value <= high) {
          round.add(new Tick(value, text(value)));
        }
      }
    }
    return round;
  }

  private static List<Tick> inRoundSteps(double low, double high) {
    List<Tick> round = new ArrayList<>();
    double step = roundStep((high - low) / TICKS_WANTED);
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      round.add(new Tick(i * step, text(i * step)));
    }
    return round;
  }

  /** 1, 2 or 5 times a power of ten, at least this. */
  private static double roundStep(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** Four digits are enough beside an axis: 1,000 and 22.02. */
  static String text(double value) {
    if (Math.abs(value) >= 1_000 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String text = String.format(Locale.ROOT, "%.4g", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
