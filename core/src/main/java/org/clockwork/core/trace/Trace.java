package org.clockwork.core.trace;

import java.util.Comparator;
import java.util.List;

/**
 * One day of all functions, the most invoked first; those with equal totals stay in the order in
 * which they were given.
 */
public record Trace(List<Invocations> functions) {
  private static final Comparator<Invocations> HOTTEST_FIRST =
      Comparator.comparingLong(Invocations::total).reversed();

  public Trace {
    functions = functions.stream().sorted(HOTTEST_FIRST).toList();
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("a trace needs at least one function");
    }
    // However functions are put together, whichever minute each begins with: no count overflows.
    long peaks = functions.stream().mapToLong(Invocations::peak).sum();
    if (peaks > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the busiest minutes of all functions hold %d invocations; at most %d can be replayed"
              .formatted(peaks, Integer.MAX_VALUE));
    }
  }

  /** Of all functions, over the day. */
  public long total() {
    return functions.stream().mapToLong(Invocations::total).sum();
  }
}
