package org.clockwork.client;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A distribution of durations, in milliseconds, as reports show it. */
public record Latencies(
    long count,
    double meanMillis,
    double p50Millis,
    double p90Millis,
    double p99Millis,
    double p999Millis,
    double maxMillis) {

  static Latencies of(Histogram nanos) {
    return new Latencies(
        nanos.getTotalCount(),
        nanos.getMean() / 1e6,
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(90) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getValueAtPercentile(99.9) / 1e6,
        nanos.getMaxValue() / 1e6);
  }

  /** Always the same keys; null where nothing was measured, for 0 ms would be a lie. */
  JsonObject json() {
    return new JsonObject()
        .put("mean", shown(meanMillis))
        .put("p50", shown(p50Millis))
        .put("p90", shown(p90Millis))
        .put("p99", shown(p99Millis))
        .put("p99_9", shown(p999Millis))
        .put("max", shown(maxMillis));
  }

  String text() {
    return count == 0
        ? "none"
        : String.format(
            Locale.ROOT,
            "mean=%.2f p50=%.2f p90=%.2f p99=%.2f p99.9=%.2f max=%.2f",
            meanMillis,
            p50Millis,
            p90Millis,
            p99Millis,
            p999Millis,
            maxMillis);
  }

  private Object shown(double millis) {
    return count == 0 ? null : Report.rounded(millis);
  }
}
