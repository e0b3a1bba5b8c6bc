package org.clockwork.experiments.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One direction of a plot.
 *
 * @param label with the unit
 * @param ticks values that are named; empty for round ones of the plot's own choice
 */
public record Axis(String label, Scale scale, List<Tick> ticks) {
  private static final int TICKS_WANTED = 6;

  /** How far apart values are drawn. */
  public enum Scale {
    LINEAR,
    /** Of values above 0. */
    LOG
  }

  /** A value with its name. */
  public record Tick(double value, String name) {}

  public Axis {
    ticks = List.copyOf(ticks);
  }

  public static Axis linear(String label) {
    return new Axis(label, Scale.LINEAR, List.of());
  }

  /** With these values named, which are what was varied. */
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
    return scale == Scale.LOG ? Math.log(value) : value;
  }

  /** What is named between these. */
  List<Tick> ticksWithin(double low, double high) {
    if (!ticks.isEmpty()) {
      return ticks.stream().filter(t -> t.value() >= low && t.value() <= high).toList();
    }
    List<Tick> round = new ArrayList<>();
    if (scale == Scale.LOG) {
      for (double value = Math.pow(10, Math.ceil(Math.log10(low))); value <= high; value *= 10) {
        round.add(new Tick(value, text(value)));
      }
    } else {
      double step = roundStep((high - low) / TICKS_WANTED);
      for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
        round.add(new Tick(i * step, text(i * step)));
      }
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
    if (Math.abs(value) >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String text = String.format(Locale.ROOT, "%.4g", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
