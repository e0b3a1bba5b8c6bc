package org.clockwork.core.workload;

import java.util.List;
import java.util.Optional;

/**
 * What a workload takes on the command line.
 *
 * @param fallback what holds when it is left out
 */
record Parameter(String name, String meaning, Values values, Optional<String> fallback) {

  /** Which texts make sense. */
  sealed interface Values {
    boolean include(String text);

    /** For messages: those that do. */
    String expected();

    /**
     * @param max keeps a slip of the keyboard from filling the memory
     */
    record Whole(int min, int max) implements Values {
      @Override
      public boolean include(String text) {
        return number(text)
            .filter(number -> number >= min && number <= max && number == Math.rint(number))
            .isPresent();
      }

      @Override
      public String expected() {
        return "a whole number from %d to %d".formatted(min, max);
      }
    }

    /** Above 0. */
    record Positive(int max) implements Values {
      @Override
      public boolean include(String text) {
        return number(text).filter(number -> number > 0 && number <= max).isPresent();
      }

      @Override
      public String expected() {
        return "a number above 0 and at most " + max;
      }
    }

    /** Of either sign, but not 0. */
    record Change(int max) implements Values {
      @Override
      public boolean include(String text) {
        return number(text).filter(number -> number != 0 && Math.abs(number) <= max).isPresent();
      }

      @Override
      public String expected() {
        return "a number between -%d and %d, and not 0".formatted(max, max);
      }
    }

    record OneOf(List<String> words) implements Values {
      @Override
      public boolean include(String text) {
        return words.contains(text);
      }

      @Override
      public String expected() {
        return String.join(" or ", words);
      }
    }

    /** The name of a model, which only the cluster knows. */
    record Model() implements Values {
      @Override
      public boolean include(String text) {
        return !text.isBlank();
      }

      @Override
      public String expected() {
        return "its name";
      }
    }

    private static Optional<Double> number(String text) {
      try {
        return Optional.of(Double.parseDouble(text));
      } catch (NumberFormatException _) {
        return Optional.empty();
      }
    }
  }

  static Parameter count(String name, int max, String meaning) {
    return of(name, meaning, new Values.Whole(1, max));
  }

  /** Requests per second. */
  static Parameter rate(String name, String meaning) {
    return number(name, 10_000_000, meaning);
  }

  static Parameter number(String name, int max, String meaning) {
    return of(name, meaning, new Values.Positive(max));
  }

  /** What something is changed by, again and again. */
  static Parameter change(String name, int max, String meaning) {
    return of(name, meaning, new Values.Change(max));
  }

  /** 1 for yes, 0 for no. */
  static Parameter flag(String name, String meaning) {
    return of(name, meaning, new Values.Whole(0, 1));
  }

  static Parameter oneOf(String name, List<String> words, String meaning) {
    return of(name, meaning, new Values.OneOf(words));
  }

  static Parameter model(String name) {
    return of(name, "the model to send to", new Values.Model());
  }

  private static Parameter of(String name, String meaning, Values values) {
    return new Parameter(name, meaning, values, Optional.empty());
  }

  Parameter orElse(String value) {
    return new Parameter(name, meaning, values, Optional.of(value));
  }

  /** {@code rate}, or {@code [rate 1000]} where it may be left out. */
  String usage() {
    return fallback.map(value -> "[" + name + " " + value + "]").orElse(name);
  }

  /** What is wrong with this text, if anything. */
  Optional<String> complaint(String text) {
    return values.include(text)
        ? Optional.empty()
        : Optional.of("%s is '%s'; expected %s".formatted(name, text, expected()));
  }

  /** What it means and which values it may have. */
  String expected() {
    return meaning + ", " + values.expected();
  }
}
