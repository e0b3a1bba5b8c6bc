package org.clockwork.experiments;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.OptionalDouble;

/** One entry of a table. */
public sealed interface Value {
  /** More than any figure here means, few enough to be read. */
  MathContext DIGITS = new MathContext(7);

  /** As in tables and CSV; nothing where there is none. */
  String text();

  /** As a number, where it is one. */
  default OptionalDouble number() {
    return OptionalDouble.empty();
  }

  static Value of(long count) {
    return new Count(count);
  }

  static Value of(double real) {
    return new Real(real);
  }

  static Value of(String word) {
    return new Word(word);
  }

  static Value of(Optional<Double> real) {
    return real.<Value>map(Real::new).orElseGet(Absent::new);
  }

  record Count(long value) implements Value {
    @Override
    public String text() {
      return Long.toString(value);
    }

    @Override
    public OptionalDouble number() {
      return OptionalDouble.of((double) value);
    }
  }

  /** Rounded where it is made, so that all that is written of it agrees. */
  record Real(double value) implements Value {
    public Real {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a table has no place for " + value);
      }
      value = new BigDecimal(value, DIGITS).doubleValue();
    }

    @Override
    public String text() {
      return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    @Override
    public OptionalDouble number() {
      return OptionalDouble.of(value);
    }
  }

  record Word(String text) implements Value {}

  /** There is no such figure, as of the refusals where nothing was refused. */
  record Absent() implements Value {
    @Override
    public String text() {
      return "";
    }
  }
}
