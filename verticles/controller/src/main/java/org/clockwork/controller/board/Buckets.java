package org.clockwork.controller.board;

import io.vertx.core.json.JsonArray;
import java.util.Arrays;

/**
 * Counts durations, in eight classes for each doubling: off by 6 % at most, from a microsecond to
 * an hour. Classes of different moments can be added up, so whoever watches makes percentiles of
 * any span of time.
 */
final class Buckets {
  private static final int PER_DOUBLING = 8;
  private static final int DOUBLING_BITS = 3;
  private static final long LONGEST_MICROS = 3_600_000_000L;
  private static final int COUNT = indexOf(LONGEST_MICROS) + 1;
  private static final long NANOS_PER_MICRO = 1_000;

  private final int[] counts = new int[COUNT];

  void count(long nanos) {
    counts[indexOf(Math.clamp(nanos / NANOS_PER_MICRO, 0, LONGEST_MICROS))]++;
  }

  /** Of classes 0 to 7 each is one microsecond; from there on eight share each doubling. */
  static int indexOf(long micros) {
    if (micros < PER_DOUBLING) {
      return (int) micros;
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
    int eighth = (int) (micros >> (exponent - DOUBLING_BITS)) & (PER_DOUBLING - 1);
    return (exponent - DOUBLING_BITS + 1) * PER_DOUBLING + eighth;
  }

  void clear() {
    Arrays.fill(counts, 0);
  }

  /** Class and count in turn, of those classes alone that have any. */
  JsonArray json() {
    JsonArray json = new JsonArray();
    for (int i = 0; i < COUNT; i++) {
      if (counts[i] > 0) {
        json.add(i).add(counts[i]);
      }
    }
    return json;
  }
}
