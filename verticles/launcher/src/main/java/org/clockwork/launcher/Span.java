package org.clockwork.launcher;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.launcher.config.UnusableException;

/**
 * A length of time as people write it on a command line: {@code 30}, {@code 30s}, {@code 500ms}.
 */
final class Span {
  private static final Pattern SHAPE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)?");

  /** A day: what is longer is taken for a mistake in the unit. */
  private static final double NANOS_MAX = 86_400e9;

  private Span() {}

  /**
   * The time in nanoseconds; without a unit it counts seconds.
   *
   * @param option what a message calls it
   * @throws UnusableException it is no time, or one of more than a day
   */
  static long nanos(String option, String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw unusable(option, text);
    }
    double nanos = Double.parseDouble(matcher.group(1)) * unitNanos(matcher.group(2));
    if (nanos > NANOS_MAX) {
      throw unusable(option, text);
    }
    return Math.round(nanos);
  }

  /** The same for a time that must not be 0. */
  static long nanosAboveZero(String option, String text) {
    long nanos = nanos(option, text);
    if (nanos == 0) {
      throw unusable(option, text);
    }
    return nanos;
  }

  private static double unitNanos(String unit) {
    return switch (unit) {
      case "ms" -> 1e6;
      case "m" -> 60e9;
      case "h" -> 3_600e9;
      case null, default -> 1e9;
    };
  }

  private static UnusableException unusable(String option, String text) {
    return new UnusableException(
        "%s %s: expected a time of at most 24h, as 30, 30s, 500ms or 2m".formatted(option, text));
  }
}
