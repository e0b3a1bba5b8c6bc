package org.clockwork.core.workload;

import java.util.Optional;

/**
 * A number that a workload takes on the command line.
 *
 * @param whole only whole numbers make sense
 * @param min where only whole numbers make sense; all others must be above 0
 * @param max keeps a slip of the keyboard from filling the memory
 * @param fallback what holds when it is left out
 */
record Parameter(
    String name, boolean whole, int min, double max, String meaning, Optional<String> fallback) {

  static Parameter count(String name, int max, String meaning) {
    return new Parameter(name, true, 1, max, meaning, Optional.empty());
  }

  /** Requests per second. */
  static Parameter rate(String name, String meaning) {
    return number(name, 10_000_000, meaning);
  }

  static Parameter number(String name, int max, String meaning) {
    return new Parameter(name, false, 0, max, meaning, Optional.empty());
  }

  /** 1 for yes, 0 for no. */
  static Parameter flag(String name, String meaning) {
    return new Parameter(name, true, 0, 1, meaning, Optional.empty());
  }

  Parameter orElse(String value) {
    return new Parameter(name, whole, min, max, meaning, Optional.of(value));
  }

  /** {@code rate}, or {@code [rate 1000]} where it may be left out. */
  String usage() {
    return fallback.map(value -> "[" + name + " " + value + "]").orElse(name);
  }

  /** What is wrong with this text, if anything. */
  Optional<String> complaint(String text) {
    return accepts(text)
        ? Optional.empty()
        : Optional.of("%s is '%s'; expected %s".formatted(name, text, expected()));
  }

  /** What it means and which values it may have. */
  String expected() {
    return meaning
        + ", "
        + (whole
            ? "a whole number from %d to %.0f".formatted(min, max)
            : "a number above 0 and at most %.0f".formatted(max));
  }

  private boolean accepts(String text) {
    try {
      double number = Double.parseDouble(text);
      return whole
          ? number >= min && number <= max && number == Math.rint(number)
          : number > 0 && number <= max;
    } catch (NumberFormatException _) {
      return false;
    }
  }
}
