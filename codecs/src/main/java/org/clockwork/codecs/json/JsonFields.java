package org.clockwork.codecs.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.clockwork.codecs.json.JsonValue.Arr;
import org.clockwork.codecs.json.JsonValue.Bool;
import org.clockwork.codecs.json.JsonValue.Member;
import org.clockwork.codecs.json.JsonValue.Num;
import org.clockwork.codecs.json.JsonValue.Obj;
import org.clockwork.codecs.json.JsonValue.Str;

/**
 * Takes typed values out of one JSON object and notes everything wrong with it, instead of stopping
 * at the first: whoever edits a configuration wants all complaints at once.
 *
 * <p>Ask for each key that the object may have, then call {@link #refuseOthers}: what was never
 * asked for is unknown. A value that is absent or wrong comes back empty; a wrong one is also
 * noted.
 */
public final class JsonFields {
  private final String file;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final List<Problem> problems;
  private final Position at;

  private JsonFields(String file, Obj object, List<Problem> problems) {
    this.file = file;
    this.at = object.at();
    this.problems = problems;
    object.members().forEach(member -> members.put(member.key(), member));
  }

  /**
   * The fields of that value; none, and a problem noted, where it is not an object.
   *
   * @param problems where problems are added; shared by objects inside this one
   */
  public static JsonFields of(String file, JsonValue value, List<Problem> problems) {
    if (value instanceof Obj object) {
      return new JsonFields(file, object, problems);
    }
    problems.add(new Problem(file, value.at(), "expected an object, found " + value.kind()));
    return new JsonFields(file, new Obj(value.at(), List.of()), problems);
  }

  public boolean has(String key) {
    return members.containsKey(key);
  }

  /** A whole number with {@code min ≤ it ≤ max}. */
  public Optional<Long> integer(String key, long min, long max) {
    return value(key).flatMap(value -> integer(name(key), value, min, max));
  }

  /** Any finite number with {@code min ≤ it ≤ max}. */
  public Optional<Double> decimal(String key, double min, double max) {
    return value(key)
        .flatMap(
            value -> {
              if (!(value instanceof Num num)) {
                return wrong(value.at(), name(key) + " is " + value.kind() + "; expected a number");
              }
              double number = num.value().doubleValue();
              return number >= min && number <= max
                  ? Optional.of(number)
                  : wrong(
                      value.at(),
                      "%s is %s; expected a number from %s to %s"
                          .formatted(name(key), num.value(), min, max));
            });
  }

  /** A duration, written in milliseconds, fractions allowed; in nanoseconds. */
  public Optional<Long> millisAsNanos(String key, double minMillis, double maxMillis) {
    return decimal(key, minMillis, maxMillis).map(millis -> Math.round(millis * 1e6));
  }

  public Optional<Boolean> flag(String key) {
    return value(key)
        .flatMap(
            value ->
                value instanceof Bool bool
                    ? Optional.of(bool.value())
                    : wrong(
                        value.at(),
                        name(key) + " is " + value.kind() + "; expected true or false"));
  }

  public Optional<String> text(String key) {
    return value(key).flatMap(value -> text(name(key), value));
  }

  /** One of an enum's constants, in lower case as people write them. */
  public <E extends Enum<E>> Optional<E> word(String key, Class<E> choices) {
    return value(key)
        .flatMap(
            value ->
                text(name(key), value)
                    .flatMap(
                        word -> {
                          for (E choice : choices.getEnumConstants()) {
                            if (wordOf(choice).equals(word)) {
                              return Optional.of(choice);
                            }
                          }
                          List<String> words =
                              Arrays.stream(choices.getEnumConstants())
                                  .map(JsonFields::wordOf)
                                  .toList();
                          return wrong(
                              value.at(),
                              "%s is %s; expected one of %s"
                                  .formatted(
                                      name(key), Wording.quoted(word), String.join(", ", words)));
                        }));
  }

  /** Whole numbers, each with {@code min ≤ it ≤ max}; empty where any of them is wrong. */
  public Optional<List<Long>> integers(String key, long min, long max) {
    return elements(key, "numbers", value -> integer("each of " + name(key), value, min, max));
  }

  public Optional<List<String>> texts(String key) {
    return elements(key, "strings", value -> text("each of " + name(key), value));
  }

  /** An object inside this one; ask it to {@link #refuseOthers} as well. */
  public Optional<JsonFields> object(String key) {
    return value(key).map(value -> of(file, value, problems));
  }

  public Optional<List<JsonFields>> objects(String key) {
    return elements(key, "objects", value -> Optional.of(of(file, value, problems)));
  }

  /** The value as it is, for whoever reads it in another way. */
  public Optional<JsonValue> value(String key) {
    known.add(key);
    return Optional.ofNullable(members.get(key)).map(Member::value);
  }

  /** Keys in the order of the text, for objects that map names to things. */
  public List<String> keys() {
    return List.copyOf(members.keySet());
  }

  /** Notes what only the caller can see to be wrong with this key's value. */
  public void refuse(String key, String message) {
    Position where = members.containsKey(key) ? members.get(key).value().at() : at;
    problems.add(new Problem(file, where, name(key) + " " + message));
  }

  /** Notes a key that has to be there. */
  public void require(String key) {
    known.add(key);
    if (!members.containsKey(key)) {
      problems.add(new Problem(file, at, name(key) + " is missing"));
    }
  }

  /** Notes every key that was never asked for, with the known one that it resembles most. */
  public void refuseOthers() {
    members.values().stream()
        .filter(member -> !known.contains(member.key()))
        .forEach(
            member ->
                problems.add(
                    new Problem(
                        file,
                        member.at(),
                        "unknown key " + Wording.quoted(member.key()) + advice(member.key()))));
  }

  private String advice(String key) {
    return Wording.nearest(key, known)
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElse("; known are " + String.join(", ", known));
  }

  private <T> Optional<List<T>> elements(
      String key, String kind, Function<JsonValue, Optional<T>> read) {
    return value(key)
        .flatMap(
            value -> {
              if (!(value instanceof Arr list)) {
                return wrong(
                    value.at(),
                    "%s is %s; expected a list of %s".formatted(name(key), value.kind(), kind));
              }
              List<T> values = new ArrayList<>();
              list.elements().forEach(element -> read.apply(element).ifPresent(values::add));
              return values.size() == list.elements().size()
                  ? Optional.of(List.copyOf(values))
                  : Optional.empty();
            });
  }

  private Optional<Long> integer(String what, JsonValue value, long min, long max) {
    if (!(value instanceof Num num)) {
      return wrong(value.at(), what + " is " + value.kind() + "; expected a whole number");
    }
    try {
      long number = num.value().longValueExact();
      if (number >= min && number <= max) {
        return Optional.of(number);
      }
    } catch (ArithmeticException e) {
      // A fraction, or beyond a long: out of range either way, and the message shows it as written.
    }
    return wrong(
        value.at(),
        "%s is %s; expected a whole number %s"
            .formatted(
                what,
                num.value(),
                max == Long.MAX_VALUE ? "of at least " + min : "from " + min + " to " + max));
  }

  private Optional<String> text(String what, JsonValue value) {
    return value instanceof Str string
        ? Optional.of(string.value())
        : wrong(value.at(), what + " is " + value.kind() + "; expected a string");
  }

  private <T> Optional<T> wrong(Position where, String message) {
    problems.add(new Problem(file, where, message));
    return Optional.empty();
  }

  private static String name(String key) {
    return Wording.quoted(key);
  }

  private static String wordOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
