package org.clockwork.launcher.config;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.codecs.json.Position;
import org.clockwork.codecs.json.Problem;

/**
 * Reads the settings of a file in libconfig's format, which the published worker is configured in:
 * {@code name = value;} or {@code name : value;}, groups in braces, arrays in brackets, lists in
 * parentheses, comments as in shell, C and C++. Files that include others are not read.
 *
 * @see <a href="https://hyperrealm.github.io/libconfig/libconfig_manual.html">its manual</a>
 */
final class Libconfig {
  private static final char END = '\0';

  private final String file;
  private final String text;
  private final List<Setting> settings = new ArrayList<>();
  private int at;

  /**
   * A setting that is no group.
   *
   * @param name without those of the groups around it
   * @param where in the file it stands
   */
  record Setting(String name, Value value, Position where) {}

  /** What it is set to. */
  sealed interface Value {
    record Whole(long number) implements Value {}

    record Real(double number) implements Value {}

    record Truth(boolean is) implements Value {}

    record Text(String text) implements Value {}

    /** An array or a list. */
    record Several(List<Value> values) implements Value {}
  }

  /** Something is not as the format has it. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    private MalformedException(Problem problem) {
      super(problem.toString());
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  private Libconfig(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * @param file what messages call it
   */
  static List<Setting> read(String file, String text) throws MalformedException {
    Libconfig reading = new Libconfig(file, text);
    reading.settings(END);
    return List.copyOf(reading.settings);
  }

  private void settings(char end) throws MalformedException {
    while (next() != end) {
      setting();
    }
  }

  private void setting() throws MalformedException {
    Position where = position();
    String name = name();
    if (next() != '=' && next() != ':') {
      throw unexpected("'=' or ':' after '" + name + "'");
    }
    at++;
    if (next() == '{') {
      at++;
      settings('}');
      at++;
    } else {
      settings.add(new Setting(name, value(), where));
    }
    if (next() == ';' || next() == ',') {
      at++;
    }
  }

  private String name() throws MalformedException {
    int begin = at;
    while (isOfName(here(), at > begin)) {
      at++;
    }
    if (at == begin) {
      throw unexpected("the name of a setting");
    }
    return text.substring(begin, at);
  }

  private static boolean isOfName(char each, boolean inside) {
    return Character.isLetter(each)
        || each == '*'
        || (inside && (Character.isDigit(each) || each == '_' || each == '-'));
  }

  private Value value() throws MalformedException {
    return switch (next()) {
      case '"' -> texts();
      case '[' -> several(']');
      case '(' -> several(')');
      default -> word();
    };
  }

  private Value several(char end) throws MalformedException {
    List<Value> values = new ArrayList<>();
    at++;
    while (next() != end) {
      if (next() == '{') {
        throw unexpected("no group in a list");
      }
      values.add(value());
      if (next() == ',') {
        at++;
      } else if (next() != end) {
        throw unexpected("',' or '" + end + "'");
      }
    }
    at++;
    return new Value.Several(values);
  }

  /** Strings that follow each other are one. */
  private Value texts() throws MalformedException {
    StringBuilder all = new StringBuilder();
    while (next() == '"') {
      at++;
      while (here() != '"') {
        if (here() == END) {
          throw unexpected("'\"' at the end of the string");
        }
        if (here() == '\\') {
          at++;
        }
        all.append(here());
        at++;
      }
      at++;
    }
    return new Value.Text(all.toString());
  }

  private Value word() throws MalformedException {
    int begin = at;
    while (Character.isLetterOrDigit(here()) || "+-._".indexOf(here()) >= 0) {
      at++;
    }
    String word = text.substring(begin, at);
    if (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false")) {
      return new Value.Truth(word.equalsIgnoreCase("true"));
    }
    try {
      String digits = word.replaceFirst("LL?$", "");
      if (digits.matches("0[xX][0-9a-fA-F]+")) {
        return new Value.Whole(Long.parseLong(digits.substring(2), 16));
      }
      return digits.matches("[-+]?[0-9]+")
          ? new Value.Whole(Long.parseLong(digits))
          : new Value.Real(Double.parseDouble(word));
    } catch (NumberFormatException _) {
      at = begin;
      throw unexpected("a number, true, false, a string or a list");
    }
  }

  /** The first character that is no space and in no comment, where reading goes on. */
  private char next() throws MalformedException {
    while (true) {
      if (Character.isWhitespace(here())) {
        at++;
      } else if (here() == '#' || text.startsWith("//", at)) {
        while (here() != '\n' && here() != END) {
          at++;
        }
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at);
        if (end < 0) {
          throw unexpected("'*/' at the end of the comment");
        }
        at = end + 2;
      } else if (text.startsWith("@include", at)) {
        throw unexpected("no @include: put everything into one file");
      } else {
        return here();
      }
    }
  }

  private char here() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private Position position() {
    int line = 1;
    int lineBegin = 0;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineBegin = i + 1;
      }
    }
    return new Position(line, at - lineBegin + 1);
  }

  private MalformedException unexpected(String expected) {
    String found = at < text.length() ? "'" + here() + "'" : "the end of the file";
    return new MalformedException(
        new Problem(file, position(), "found %s; expected is %s".formatted(found, expected)));
  }
}
