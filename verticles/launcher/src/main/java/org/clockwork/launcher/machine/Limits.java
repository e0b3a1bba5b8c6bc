package org.clockwork.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this process may have, as {@code /proc/self/limits} tells it: the limits in force, whoever
 * set them. A JVM has raised its own limit of open files to the most it may have.
 */
record Limits(Map<String, Long> soft) {
  /** More than any limit. */
  static final long UNLIMITED = Long.MAX_VALUE;

  /** {@code Max open files 1024 1048576 files}. */
  private static final Pattern ROW =
      Pattern.compile("(Max [a-z -]*?) {2,}(unlimited|\\d{1,18}) +(?:unlimited|\\d+).*");

  Limits {
    soft = Map.copyOf(soft);
  }

  /** None of them where the system doesn't tell, or not in this form. */
  static Limits read(Path root) {
    List<String> lines;
    try {
      lines = Files.readAllLines(root.resolve("proc/self/limits"));
    } catch (IOException e) {
      lines = List.of();
    }
    Map<String, Long> soft = new HashMap<>();
    for (String line : lines) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String limit = row.group(2);
        soft.put(row.group(1), limit.equals("unlimited") ? UNLIMITED : Long.parseLong(limit));
      }
    }
    return new Limits(soft);
  }

  /**
   * @param row such as {@code Max open files}
   */
  Optional<Long> of(String row) {
    return Optional.ofNullable(soft.get(row));
  }

  static String said(long limit) {
    return limit == UNLIMITED ? "unlimited" : Long.toString(limit);
  }
}
