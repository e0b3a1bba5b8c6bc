package org.clockwork.scripts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a command line hands to a script: {@code --name value}, {@code --name=value}, or {@code
 * --name} alone, which is true.
 *
 * @param values by name: {@link Long}, {@link Double}, {@link Boolean} or {@link String}, in the
 *     order in which they were given
 */
public record Arguments(Map<String, Object> values) {
  public static final Arguments NONE = new Arguments(Map.of());

  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,15}");
  private static final Pattern DECIMAL =
      Pattern.compile("-?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?");

  public Arguments {
    Map<String, Object> plain = new LinkedHashMap<>(values);
    plain.replaceAll((_, value) -> value instanceof Number number ? plain(number) : value);
    values = Collections.unmodifiableMap(plain);
  }

  /** A number that both languages know. */
  private static Object plain(Number number) {
    double value = number.doubleValue();
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? (Object) number.longValue()
        : (Object) value;
  }

  /**
   * Those that these words are.
   *
   * @throws ScriptException a word that belongs to no name
   */
  public static Arguments of(List<String> words) {
    Map<String, Object> values = new LinkedHashMap<>();
    List<String> left = new ArrayList<>(words);
    while (!left.isEmpty()) {
      String word = left.removeFirst();
      if (!word.startsWith("--") || word.length() == 2) {
        throw new ScriptException(
            "'%s' is no argument of a script; expected --name value".formatted(word));
      }
      int equals = word.indexOf('=');
      if (equals > 0) {
        values.put(word.substring(2, equals), value(word.substring(equals + 1)));
      } else if (left.isEmpty() || left.getFirst().startsWith("--")) {
        values.put(word.substring(2), true);
      } else {
        values.put(word.substring(2), value(left.removeFirst()));
      }
    }
    return new Arguments(values);
  }

  private static Object value(String text) {
    if (WHOLE.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    if (DECIMAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }
}
