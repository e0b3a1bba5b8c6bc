package org.clockwork.codecs.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.codecs.json.JsonValue.Arr;
import org.clockwork.codecs.json.JsonValue.Bool;
import org.clockwork.codecs.json.JsonValue.Member;
import org.clockwork.codecs.json.JsonValue.Null;
import org.clockwork.codecs.json.JsonValue.Num;
import org.clockwork.codecs.json.JsonValue.Obj;
import org.clockwork.codecs.json.JsonValue.Str;

/** One pass over one text, by recursive descent. */
final class JsonParser {
  /**
   * The grammar's number; its possessive digits keep a long one from costing more than its length.
   */
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

  /** More than any long or double needs; a longer one is no figure that anybody meant. */
  private static final int MAX_NUMBER_CHARS = 64;

  /** What can stand as one word, for messages about a word that should not be there. */
  private static final Pattern WORD = Pattern.compile("[\\w.+-]{1,40}");

  private final String file;
  private final String text;
  private int next;
  private int line = 1;
  private int lineStart;

  JsonParser(String file, String text) {
    this.file = file;
    this.text = text;
  }

  JsonValue parse() throws JsonException {
    JsonValue value = value("a value", 1);
    skipBlanks();
    if (next < text.length()) {
      throw found("the end of the text");
    }
    return value;
  }

  private JsonValue value(String expected, int depth) throws JsonException {
    skipBlanks();
    Position at = here();
    if (depth > Json.MAX_DEPTH) {
      throw problem(at, "nested deeper than %d levels".formatted(Json.MAX_DEPTH));
    }
    if (next == text.length()) {
      throw found(expected);
    }
    return switch (text.charAt(next)) {
      case '{' -> object(at, depth);
      case '[' -> list(at, depth);
      case '"' -> new Str(at, string());
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(at);
      default -> word(at, expected);
    };
  }

  private Obj object(Position at, int depth) throws JsonException {
    next++;
    List<Member> members = new ArrayList<>();
    Map<String, Position> seen = new HashMap<>();
    if (skips('}')) {
      return new Obj(at, members);
    }
    do {
      skipBlanks();
      Position keyAt = here();
      if (next == text.length() || text.charAt(next) != '"') {
        throw found(members.isEmpty() ? "a key in double quotes or '}'" : "a key in double quotes");
      }
      String key = string();
      Position before = seen.putIfAbsent(key, keyAt);
      if (before != null) {
        throw problem(
            keyAt,
            "%s stands here again; first in line %d".formatted(Wording.quoted(key), before.line()));
      }
      if (!skips(':')) {
        throw found("':' after key " + Wording.quoted(key));
      }
      members.add(new Member(key, keyAt, value("a value for " + Wording.quoted(key), depth + 1)));
    } while (skips(','));
    if (!skips('}')) {
      throw found("',' or '}'");
    }
    return new Obj(at, members);
  }

  private Arr list(Position at, int depth) throws JsonException {
    next++;
    List<JsonValue> elements = new ArrayList<>();
    if (skips(']')) {
      return new Arr(at, elements);
    }
    do {
      elements.add(value("a value", depth + 1));
    } while (skips(','));
    if (!skips(']')) {
      throw found("',' or ']'");
    }
    return new Arr(at, elements);
  }

  private Num number(Position at) throws JsonException {
    Matcher number = NUMBER.matcher(text).region(next, text.length());
    if (!number.lookingAt()) {
      throw found("a number");
    }
    int end = number.end();
    if (end - next > MAX_NUMBER_CHARS) {
      throw problem(
          at,
          "a number of %d characters; at most %d are read".formatted(end - next, MAX_NUMBER_CHARS));
    }
    if (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      throw found("a number"); // 007, 1L, 0x10
    }
    String digits = text.substring(next, end);
    next = end;
    try {
      return new Num(at, new BigDecimal(digits));
    } catch (NumberFormatException e) {
      throw problem(at, "'" + digits + "' has an exponent beyond any number");
    }
  }

  private JsonValue word(Position at, String expected) throws JsonException {
    Matcher word = WORD.matcher(text).region(next, text.length());
    if (word.lookingAt()) {
      JsonValue value =
          switch (word.group()) {
            case "true" -> new Bool(at, true);
            case "false" -> new Bool(at, false);
            case "null" -> new Null(at);
            default -> throw found(expected);
          };
      next = word.end();
      return value;
    }
    throw found(expected);
  }

  private String string() throws JsonException {
    Position at = here();
    next++;
    StringBuilder chars = new StringBuilder();
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == '"') {
        next++;
        return chars.toString();
      }
      if (c < ' ') {
        throw problem(
            here(), c == '\n' ? "the string ends with the line; close it with '\"'" : control(c));
      }
      chars.append(c == '\\' ? escaped() : c);
      next++;
    }
    throw problem(at, "this string is never closed");
  }

  /** Leaves {@link #next} on the last character of the escape. */
  private char escaped() throws JsonException {
    Position at = here();
    next++;
    char c = next < text.length() ? text.charAt(next) : ' ';
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        String digits = text.substring(next + 1, Math.min(next + 5, text.length()));
        if (!digits.matches("[0-9a-fA-F]{4}")) {
          throw problem(at, "'\\u" + digits + "': expected four hexadecimal digits");
        }
        next += 4;
        yield (char) Integer.parseInt(digits, 16);
      }
      default ->
          throw problem(
              at,
              "'\\" + c + "' is no escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
    };
  }

  /** Whether that character comes next; if so, it is behind us. */
  private boolean skips(char wanted) {
    skipBlanks();
    boolean there = next < text.length() && text.charAt(next) == wanted;
    if (there) {
      next++;
    }
    return there;
  }

  private void skipBlanks() {
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == '\n') {
        line++;
        lineStart = next + 1;
      } else if (text.startsWith("//", next)) {
        int end = text.indexOf('\n', next);
        next = (end < 0 ? text.length() : end) - 1;
      } else if (c != ' ' && c != '\t' && c != '\r' && (c != '\uFEFF' || next > 0)) {
        return; // a byte order mark passes at the very beginning
      }
      next++;
    }
  }

  private Position here() {
    return new Position(line, next - lineStart + 1);
  }

  private JsonException found(String expected) {
    String there;
    if (next == text.length()) {
      there = "the end of the text";
    } else {
      Matcher word = WORD.matcher(text).region(next, text.length());
      char c = text.charAt(next);
      there = word.lookingAt() ? "'" + word.group() + "'" : c < ' ' ? control(c) : "'" + c + "'";
    }
    return problem(here(), "found " + there + ", expected " + expected);
  }

  private static String control(char c) {
    return "control character \\u%04x".formatted((int) c);
  }

  private JsonException problem(Position at, String message) {
    return new JsonException(new Problem(file, at, message));
  }
}
