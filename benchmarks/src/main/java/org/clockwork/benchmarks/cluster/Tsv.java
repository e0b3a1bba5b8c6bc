package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads a log that a controller wrote, rotated parts included, the oldest first. */
final class Tsv {
  private Tsv() {}

  /** One line; columns by their published names. */
  record Row(Map<String, Integer> columns, List<String> fields) {
    String text(String column) {
      return fields.get(columns.get(column));
    }

    long number(String column) {
      return Long.parseLong(text(column));
    }
  }

  /**
   * @param name without its ending, such as {@code clockwork_action_log}
   */
  static void read(Path folder, String name, Consumer<Row> rows) throws IOException {
    for (Path part : parts(folder, name)) {
      try (Stream<String> lines = Files.lines(part)) {
        Map<String, Integer> columns = new HashMap<>();
        lines.forEach(line -> took(List.of(line.split("\t", -1)), columns, rows));
      }
    }
  }

  private static void took(List<String> fields, Map<String, Integer> columns, Consumer<Row> rows) {
    if (columns.isEmpty()) {
      for (String column : fields) {
        columns.put(column, columns.size());
      }
    } else if (fields.size() == columns.size()) {
      rows.accept(new Row(columns, fields));
    }
  }

  private static List<Path> parts(Path folder, String name) throws IOException {
    List<Path> parts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().matches(name + "\\.\\d+\\.tsv"))
          .sorted(Comparator.comparingInt(Tsv::age).reversed())
          .forEach(parts::add);
    }
    Path latest = folder.resolve(name + ".tsv");
    if (Files.isRegularFile(latest)) {
      parts.add(latest);
    }
    if (parts.isEmpty()) {
      throw new IOException("no %s.tsv in %s".formatted(name, folder));
    }
    return parts;
  }

  /** The number in {@code name.3.tsv}; the oldest bears the largest. */
  private static int age(Path part) {
    String file = part.getFileName().toString();
    int end = file.lastIndexOf('.');
    return Integer.parseInt(file.substring(file.lastIndexOf('.', end - 1) + 1, end));
  }
}
