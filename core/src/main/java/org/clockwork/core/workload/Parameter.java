package org.clockwork.core.workload;

import java.util.Optional;

/**
 * A number that a workload takes on the command line.
 *
 * @param whole only whole numbers make sense
 * @param max keeps a slip of the keyboard from filling the memory
 * @param fallback what holds when it is left out
 */
record Parameter(
    String name, boolean whole, double max, String meaning, Optional<String> fallback) {

  static Parameter count(String name, int max, String meaning) {
    return new Parameter(name, true, max, meaning, Optional.empty());
  }

  /** Requests per second. */
  static Parameter rate(String name, String meaning) {
    return new Parameter(name, false, 10_000_000, meaning, Optional.empty());
  }

  Parameter orElse(String value) {
    return new Parameter(name, whole, max, meaning, Optional.of(value));
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
            ? "a whole number from 1 to %.0f".formatted(max)
            : "a number above 0 and at most %.0f".formatted(max));
  }

  private boolean accepts(String text) {
    try {
      double number = Double.parseDouble(text);
      return number > 0 && number <= max && (!whole || number == Math.rint(number));
    } catch (NumberFormatException _) {
      return false;
    }
  }
}
