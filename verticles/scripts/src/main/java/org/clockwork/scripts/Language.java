package org.clockwork.scripts;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What scripts can be written in; the end of a file's name says it. */
public enum Language {
  JAVASCRIPT("js", "js", "//"),
  PYTHON("py", "python", "#");

  private final String ending;
  private final String id;
  private final String comment;

  Language(String ending, String id, String comment) {
    this.ending = ending;
    this.id = id;
    this.comment = comment;
  }

  /** That of a file with this name, if it is a script at all. */
  public static Optional<Language> of(String file) {
    return Arrays.stream(values()).filter(each -> file.endsWith("." + each.ending)).findFirst();
  }

  /** {@code js} or {@code py}, which are also the prefixes of verticles' names. */
  public String ending() {
    return ending;
  }

  /** As GraalVM calls it. */
  String id() {
    return id;
  }

  /** What a line of comment begins with. */
  String comment() {
    return comment;
  }

  /** For messages. */
  static String endings() {
    return Arrays.stream(values())
        .map(each -> "." + each.ending)
        .collect(Collectors.joining(" or "));
  }
}
