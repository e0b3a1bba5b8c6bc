package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows as people read them, and as spreadsheets do. */
public final class Table {
  private static final String NOTHING = "-";

  private final List<String> columns;
  private final List<List<String>> lines = new ArrayList<>();

  private Table(List<String> columns) {
    this.columns = columns;
  }

  /** As wide as it has to be; figures to the right, so that they compare. */
  public static String text(List<Row> rows) {
    Table table = new Table(columns(rows));
    for (Row row : rows) {
      table.lines.add(
          row.values().values().stream()
              .map(value -> value instanceof Value.Absent ? NOTHING : value.text())
              .toList());
    }
    return table.aligned();
  }

  /** RFC 4180, with a header; what is absent is empty. */
  public static String csv(Result result) {
    StringBuilder text = new StringBuilder("experiment,seed");
    columns(result.rows()).forEach(column -> text.append(',').append(column));
    text.append("\r\n");
    for (Row row : result.rows()) {
      text.append(result.experiment().name()).append(',').append(result.seed());
      for (Map.Entry<String, Value> value : row.values().entrySet()) {
        text.append(',').append(value.getValue().text());
      }
      text.append("\r\n");
    }
    return text.toString();
  }

  private static List<String> columns(List<Row> rows) {
    return rows.isEmpty() ? List.of() : List.copyOf(rows.getFirst().values().sequencedKeySet());
  }

  /** Headings break at underscores where that saves room. */
  private String aligned() {
    List<List<String>> headings = columns.stream().map(Table::broken).toList();
    int headLines = headings.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns.size()];
    for (int column = 0; column < widths.length; column++) {
      for (String part : headings.get(column)) {
        widths[column] = Math.max(widths[column], part.length());
      }
      for (List<String> line : lines) {
        widths[column] = Math.max(widths[column], line.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < headLines; line++) {
      List<String> parts = new ArrayList<>();
      for (List<String> heading : headings) {
        int at = line - (headLines - heading.size());
        parts.add(at < 0 ? "" : heading.get(at));
      }
      append(text, parts, widths);
    }
    lines.forEach(line -> append(text, line, widths));
    return text.toString();
  }

  /** {@code promises_kept_fraction} as promises_, kept_ and fraction. */
  private static List<String> broken(String heading) {
    List<String> parts = new ArrayList<>();
    for (String part : heading.split("(?<=_)", -1)) {
      boolean joins = !parts.isEmpty() && (part.length() <= 2 || parts.getLast().length() <= 4);
      if (joins) {
        parts.add(parts.removeLast() + part);
      } else {
        parts.add(part);
      }
    }
    return parts;
  }

  private static void append(StringBuilder text, List<String> line, int[] widths) {
    StringBuilder padded = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String entry = line.get(column);
      int room = widths[column] - entry.length();
      padded.append(column == 0 ? "" : "  ");
      padded.append(column == 0 ? entry + " ".repeat(room) : " ".repeat(room) + entry);
    }
    text.append(padded.toString().stripTrailing()).append('\n');
  }
}
