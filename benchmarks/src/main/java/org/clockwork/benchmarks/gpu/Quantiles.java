package org.clockwork.benchmarks.gpu;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;

/** Durations in order; a quantile is told only where enough runs lie beyond it. */
final class Quantiles {
  private static final int BEYOND = 10;

  private final long[] sortedNanos;

  private Quantiles(long[] sortedNanos) {
    this.sortedNanos = sortedNanos;
  }

  static Quantiles of(long[] nanos, int count) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Quantiles(sorted);
  }

  int runs() {
    return sortedNanos.length;
  }

  double micros(double quantile) {
    int index = (int) Math.ceil(quantile * sortedNanos.length) - 1;
    return sortedNanos[Math.clamp(index, 0, sortedNanos.length - 1)] / 1e3;
  }

  boolean tells(double quantile) {
    return Math.round(sortedNanos.length * (1 - quantile)) >= BEYOND;
  }

  JsonObject json() {
    JsonObject json = new JsonObject().put("runs", runs()).put("min_us", micros(0));
    for (double quantile : new double[] {0.5, 0.9, 0.99, 0.999, 0.9999}) {
      if (tells(quantile)) {
        json.put(
            "p" + Double.toString(quantile * 100).replaceAll("\\.0$", "") + "_us",
            micros(quantile));
      }
    }
    return json.put("max_us", micros(1));
  }
}
