package org.clockwork.gpunative.compiled;

import org.clockwork.core.model.DataType;

/**
 * Whole numbers that an input may hold, both ends included. Where an input indexes something, this
 * is what keeps a caller from reading beyond it: kernels don't check.
 */
public record ValueRange(long low, long high) {
  /** For inputs that index nothing. */
  public static final ValueRange ANY = new ValueRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** Whether values of that type index anything. */
  static boolean appliesTo(DataType type) {
    return switch (type) {
      case UINT8, INT8, INT16, INT32, INT64 -> true;
      default -> false;
    };
  }

  public boolean holds(long value) {
    return low <= value && value <= high;
  }

  @Override
  public String toString() {
    return "[" + low + ", " + high + "]";
  }
}
