package org.clockwork.scripts;

import java.util.List;
import java.util.function.DoublePredicate;
import org.graalvm.polyglot.Value;

/**
 * The arguments of one call, read as what they have to be. Whatever is wrong is said with the name
 * of the function, what was given and what is expected.
 */
final class Call {
  private static final int SHOWN_MAX = 60;

  private final String function;
  private final Value[] arguments;

  Call(String function, Value... arguments) {
    this.function = function;
    this.arguments = arguments;
  }

  String function() {
    return function;
  }

  List<Value> all() {
    return List.of(arguments);
  }

  boolean has(int index) {
    return index < arguments.length && !arguments[index].isNull();
  }

  Value at(int index) {
    return arguments[index];
  }

  String text(int index, String what) {
    if (!has(index) || !arguments[index].isString()) {
      throw Wrong.type("%s: %s is %s; expected a text".formatted(function, what, shown(index)));
    }
    return arguments[index].asString();
  }

  double number(int index, String what, String expected, DoublePredicate fits) {
    if (!has(index) || !arguments[index].isNumber() || !arguments[index].fitsInDouble()) {
      throw Wrong.type(
          "%s: %s is %s; expected %s".formatted(function, what, shown(index), expected));
    }
    double value = arguments[index].asDouble();
    if (!fits.test(value)) {
      throw Wrong.range(
          "%s: %s is %s; expected %s".formatted(function, what, shown(index), expected));
    }
    return value;
  }

  int whole(int index, String what, int least, int most) {
    String expected = "a whole number from %d to %d".formatted(least, most);
    double value = number(index, what, expected, each -> each >= least && each <= most);
    if (value != Math.rint(value)) {
      throw Wrong.range(
          "%s: %s is %s; expected %s".formatted(function, what, shown(index), expected));
    }
    return (int) value;
  }

  Value callable(int index, String what) {
    if (!has(index) || !arguments[index].canExecute()) {
      throw Wrong.type("%s: %s is %s; expected a function".formatted(function, what, shown(index)));
    }
    return arguments[index];
  }

  /** As a message shows it. */
  String shown(int index) {
    if (!has(index)) {
      return "missing";
    }
    Value value = arguments[index];
    String text = value.isString() ? "'" + value.asString() + "'" : value.toString();
    return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
  }
}
