package org.clockwork.controller.telemetry;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A line of a log, by the published names of its columns. Columns that nobody asks for may be
 * missing; one that is not published is a mistake.
 */
public final class LogRow {
  /** What has no more digits than that fits a long. */
  private static final int SAFE_DIGITS = 18;

  private final Path file;
  private final List<String> published;
  private final Map<String, Integer> columns = new HashMap<>();

  private byte[] bytes = {};

  /** Where each field begins; one more, so that each ends before the next one's beginning. */
  private int[] begins = {};

  private long line;

  LogRow(Path file, List<String> published) {
    this.file = file;
    this.published = published;
  }

  /** Whether it is a row; the first line names the columns. */
  boolean take(byte[] buffer, int begin, int end) {
    bytes = buffer;
    line++;
    if (line == 1) {
      takeHeader(new String(buffer, begin, end - begin, StandardCharsets.UTF_8));
      return false;
    }
    int fields = 0;
    begins[0] = begin;
    for (int i = begin; i < end; i++) {
      if (bytes[i] == '\t') {
        fields++;
        if (fields < columns.size()) {
          begins[fields] = i + 1;
        }
      }
    }
    fields++;
    if (fields != columns.size()) {
      throw unreadable(
          "%d fields instead of the %d that line 1 names".formatted(fields, columns.size()));
    }
    begins[fields] = end + 1;
    return true;
  }

  private void takeHeader(String header) {
    for (String column : header.split("\t", -1)) {
      if (!published.contains(column)) {
        throw unreadable(
            "unknown column '%s'; there are %s".formatted(column, String.join(", ", published)));
      }
      if (columns.put(column, columns.size()) != null) {
        throw unreadable("column '%s' stands there twice".formatted(column));
      }
    }
    begins = new int[columns.size() + 1];
  }

  public String text(String column) {
    int field = field(column);
    return new String(
        bytes, begins[field], begins[field + 1] - 1 - begins[field], StandardCharsets.UTF_8);
  }

  public boolean flag(String column) {
    long value = number(column);
    if (value != 0 && value != 1) {
      throw unexpected(column, "0 or 1");
    }
    return value == 1;
  }

  /** A number that is not negative. */
  public long natural(String column) {
    long value = number(column);
    if (value < 0) {
      throw unexpected(column, "a whole number that is not below 0");
    }
    return value;
  }

  public long number(String column) {
    int field = field(column);
    int begin = begins[field];
    int end = begins[field + 1] - 1;
    boolean negative = begin < end && bytes[begin] == '-';
    if (negative) {
      begin++;
    }
    if (begin == end || end - begin > SAFE_DIGITS) {
      throw unexpected(column, "a whole number");
    }
    long value = 0;
    for (int i = begin; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw unexpected(column, "a whole number");
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  private int field(String column) {
    return Optional.ofNullable(columns.get(column))
        .orElseThrow(
            () ->
                new UnreadableLogException("%s:1: column '%s' is missing".formatted(file, column)));
  }

  UnreadableLogException unexpected(String column, String expected) {
    return unreadable("column %s is '%s'; expected %s".formatted(column, text(column), expected));
  }

  /** No end of the next line is in sight. */
  UnreadableLogException endless(byte[] beginning) {
    line++;
    return unreadable(
        "the line is longer than %d bytes; it begins with '%s'"
            .formatted(beginning.length, new String(beginning, 0, 40, StandardCharsets.UTF_8)));
  }

  private UnreadableLogException unreadable(String what) {
    return new UnreadableLogException("%s:%d: %s".formatted(file, line, what));
  }
}
