package org.clockwork.gpunative.compiled;

/**
 * Whole numbers that an input may hold, both ends included. Where an input indexes something, this
 * is what keeps a caller from reading beyond it: kernels don't check.
 */
public record ValueRange(long low, long high) {
  /** For inputs that index nothing. */
  public static final ValueRange ANY = new ValueRange(Long.MIN_VALUE, Long.MAX_VALUE);

  public boolean holds(long value) {
    return low <= value && value <= high;
  }

  @Override
  public String toString() {
    return "[" + low + ", " + high + "]";
  }
}
