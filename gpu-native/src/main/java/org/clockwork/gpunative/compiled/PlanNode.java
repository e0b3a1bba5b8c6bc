package org.clockwork.gpunative.compiled;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.clockwork.codecs.json.JsonValue;
import org.clockwork.codecs.json.JsonValue.Arr;
import org.clockwork.codecs.json.JsonValue.Num;
import org.clockwork.codecs.json.JsonValue.Obj;
import org.clockwork.codecs.json.JsonValue.Str;
import org.clockwork.codecs.json.Problem;
import org.clockwork.codecs.json.Wording;

/**
 * A value in a plan's JSON that knows how one gets there: {@code batches[2].io_bytes}. What is
 * absent or wrong is noted once, and something harmless comes back in its place, so that reading
 * goes on and finds the rest; a plan with findings is never used.
 */
final class PlanNode {
  private final String file;
  private final String path;
  private final Optional<JsonValue> value;
  private final Findings findings;
  private final Set<String> known = new HashSet<>();
  private Optional<Map<String, PlanNode>> fields = Optional.empty();

  private PlanNode(String file, String path, Optional<JsonValue> value, Findings findings) {
    this.file = file;
    this.path = path;
    this.value = value;
    this.findings = findings;
  }

  static PlanNode root(String file, JsonValue value, Findings findings) {
    return new PlanNode(file, "", Optional.of(value), findings);
  }

  /** A member that has to be there. */
  PlanNode field(String key) {
    Optional<PlanNode> member = optional(key);
    if (member.isPresent()) {
      return member.get();
    }
    if (value.orElse(null) instanceof Obj) {
      note("'" + within(key) + "' is missing");
    }
    return new PlanNode(file, within(key), Optional.empty(), findings);
  }

  Optional<PlanNode> optional(String key) {
    known.add(key);
    return Optional.ofNullable(fields().get(key));
  }

  /** All members, in the order of the text. */
  Map<String, PlanNode> fields() {
    if (fields.isEmpty()) {
      Map<String, PlanNode> members = new LinkedHashMap<>();
      expect(Obj.class, "an object").map(Obj::members).orElse(List.of()).stream()
          .forEach(
              member -> members.put(member.key(), inside(within(member.key()), member.value())));
      fields = Optional.of(members);
    }
    return fields.get();
  }

  /** Notes every member that was never asked for: this build would not know what it asks. */
  void refuseOthers() {
    fields().keySet().stream()
        .filter(key -> !known.contains(key))
        .forEach(
            key ->
                note(
                    "'%s' is unknown; %s"
                        .formatted(
                            within(key),
                            Wording.nearest(key, known)
                                .map(nearest -> "did you mean '" + nearest + "'?")
                                .orElse("a newer compiler may have written it"))));
  }

  List<PlanNode> elements() {
    List<PlanNode> elements = new ArrayList<>();
    expect(Arr.class, "a list")
        .ifPresent(
            list ->
                list.elements()
                    .forEach(
                        element ->
                            elements.add(inside(path + "[" + elements.size() + "]", element))));
    return elements;
  }

  <T> List<T> each(Function<PlanNode, T> read) {
    return elements().stream().map(read).toList();
  }

  String text() {
    return expect(Str.class, "a string").map(Str::value).orElse("");
  }

  /**
   * A string of that form.
   *
   * @param form in words
   */
  String text(Pattern pattern, String form) {
    return expect(Str.class, "a string")
        .map(Str::value)
        .filter(text -> matches(text, pattern, form))
        .orElse("");
  }

  private boolean matches(String text, Pattern pattern, String form) {
    boolean matches = pattern.matcher(text).matches();
    if (!matches) {
      refuse("is " + Wording.quoted(text) + "; expected " + form);
    }
    return matches;
  }

  /** A string that stands for something; what it might have been is said where it doesn't. */
  <T> T word(Function<String, Optional<T>> meaning, String choices, T otherwise) {
    Optional<String> word = expect(Str.class, "a string").map(Str::value);
    Optional<T> meant = word.flatMap(meaning);
    if (word.isPresent() && meant.isEmpty()) {
      refuse("is " + Wording.quoted(word.get()) + "; expected " + choices);
    }
    return meant.orElse(otherwise);
  }

  /** A whole number with {@code min ≤ it ≤ max}; {@code min} in place of anything else. */
  long integer(long min, long max) {
    Optional<BigDecimal> number = number();
    try {
      long whole = number.map(BigDecimal::longValueExact).orElse(min);
      if (min <= whole && whole <= max) {
        return whole;
      }
    } catch (ArithmeticException e) {
      // A fraction, or beyond a long: out of range either way, and the message shows it as written.
    }
    refuse("is %s; expected a whole number from %d to %d".formatted(number.get(), min, max));
    return min;
  }

  int small(int min, int max) {
    return (int) integer(min, max);
  }

  /** Any number with {@code min ≤ it ≤ max}; {@code min} in place of anything else. */
  double decimal(double min, double max) {
    double number = number().map(BigDecimal::doubleValue).orElse(min);
    if (min <= number && number <= max) {
      return number;
    }
    refuse("is %s; expected a number from %s to %s".formatted(number().get(), min, max));
    return min;
  }

  private Optional<BigDecimal> number() {
    return expect(Num.class, "a number").map(Num::value);
  }

  /** Notes what only the caller can see to be wrong with this value. */
  void refuse(String message) {
    note("'" + path + "' " + message);
  }

  /** What messages call this value. */
  String path() {
    return path;
  }

  private <V extends JsonValue> Optional<V> expect(Class<V> kind, String name) {
    if (value.isPresent() && !kind.isInstance(value.get())) {
      String what = path.isEmpty() ? "the plan" : "'" + path + "'";
      note(what + " is " + value.get().kind() + "; expected " + name);
    }
    return value.filter(kind::isInstance).map(kind::cast);
  }

  private String within(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private PlanNode inside(String inner, JsonValue innerValue) {
    return new PlanNode(file, inner, Optional.of(innerValue), findings);
  }

  private void note(String message) {
    findings.note(
        value
            .map(there -> new Problem(file, there.at(), message).toString())
            .orElse(file + ": " + message));
  }
}
