package org.clockwork.core.gateway;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.clockwork.core.model.TensorSpec;

/** How values that a client sent are shown to it in a message: short, whatever was sent. */
public final class Shown {
  private static final int CHARS_MAX = 80;
  private static final int DIMENSIONS_MAX = 8;

  private Shown() {}

  /**
   * In quotes and in one line; cut where it is long, so that a message never grows with what it is
   * about.
   */
  public static String text(String text) {
    return text.length() <= CHARS_MAX
        ? "'" + printable(text) + "'"
        : "'" + printable(text.substring(0, CHARS_MAX)) + "…' (" + text.length() + " characters)";
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** As it was sent; cut where it has more digits than anyone would read. */
  public static String number(Number number) {
    String digits = number.toString();
    return digits.length() <= CHARS_MAX ? digits : digits.substring(0, CHARS_MAX) + "…";
  }

  static String shape(List<Long> shape) {
    return shape.size() <= DIMENSIONS_MAX
        ? shape.toString()
        : shape.subList(0, DIMENSIONS_MAX) + "… (" + shape.size() + " dimensions)";
  }

  /**
   * What a model expects of one input, with n for the batch dimension: {@code INT64 [n, 64]}, or
   * {@code [n, length]} where each request may choose.
   */
  static String expected(TensorSpec spec) {
    String dimensions =
        spec.declaredShape().stream()
            .map(dimension -> dimension < 0 ? ", length" : ", " + dimension)
            .collect(Collectors.joining());
    return spec.type() + " [n" + dimensions + "]";
  }

  /** All inputs of a model: {@code 'ids' INT64 [n, 64], 'mask' INT64 [n, 64]}. */
  static String expected(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec -> "'" + spec.name() + "' " + expected(spec))
        .collect(Collectors.joining(", "));
  }

  static String millis(long nanos) {
    return BigDecimal.valueOf(nanos, 6).stripTrailingZeros().toPlainString() + " ms";
  }
}
