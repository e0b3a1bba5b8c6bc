package org.clockwork.core.trace;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The file format of the Azure Functions trace of 2019: one file a day, a header, then a line for
 * each function with four leading columns and a count for each minute.
 */
public final class AzureFormat {
  /** The first line of each file. */
  public static final String HEADER =
      "HashOwner,HashApp,HashFunction,Trigger,"
          + IntStream.rangeClosed(1, Invocations.MINUTES)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(","));

  private static final int LEADING = 4;
  private static final int DIGITS_MAX = 9;
  private static final int COLUMNS = LEADING + Invocations.MINUTES;

  private AzureFormat() {}

  /** What a day's file may be called, the name in which it was published first. */
  public static List<String> fileNames(int day) {
    return List.of(
        "invocations_per_function_md.anon.d%02d.csv".formatted(day),
        "invocations_per_function_md.svls.anon.d%02d.csv".formatted(day));
  }

  /** A function's line. */
  static String line(String owner, String app, String function, String trigger, int[] perMinute) {
    StringBuilder line = new StringBuilder(4_096);
    line.append(owner).append(',').append(app).append(',').append(function);
    line.append(',').append(trigger);
    for (int count : perMinute) {
      line.append(',').append(count);
    }
    return line.toString();
  }

  /**
   * Reads a function's line.
   *
   * @param perMinute takes the counts
   * @throws IllegalArgumentException naming the column and what is expected there
   */
  static void parse(String line, int[] perMinute) {
    int column = 0;
    int begin = 0;
    // One pass by hand: a file has 66 million columns, nearly all of them a single digit.
    for (int end = 0; end <= line.length(); end++) {
      if (end == line.length() || line.charAt(end) == ',') {
        column++;
        if (column > LEADING && column <= COLUMNS) {
          perMinute[column - LEADING - 1] = count(line, begin, end, column);
        }
        begin = end + 1;
      }
    }
    if (column != COLUMNS) {
      throw new IllegalArgumentException(
          "has %d columns; expected %d, four that say which function it is and %d counts"
              .formatted(column, COLUMNS, Invocations.MINUTES));
    }
  }

  private static int count(String line, int begin, int end, int column) {
    int count = 0;
    // More digits may not fit; the largest number of nine is still far above any count.
    boolean number = end > begin && end - begin <= DIGITS_MAX;
    for (int i = begin; i < end && number; i++) {
      int digit = line.charAt(i) - '0';
      number = digit >= 0 && digit <= 9;
      count = 10 * count + digit;
    }
    if (!number) {
      throw new IllegalArgumentException(
          "column %d is '%s'; expected a whole number of at most %d digits"
              .formatted(column, brief(line.substring(begin, end)), DIGITS_MAX));
    }
    return count;
  }

  /** What stands in a message of a text that may be of any length. */
  static String brief(String text) {
    int shown = 40;
    return text.length() <= shown ? text : text.substring(0, shown) + "…";
  }
}
