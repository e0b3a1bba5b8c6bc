package org.clockwork.controller.telemetry;

import java.util.Locale;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/** Requests, whichever gateway they came by. Latencies are over those that succeeded. */
final class RequestTally {
  private static final long LONGEST_NANOS = 3_600_000_000_000L;

  /** Microseconds, to three digits: as fine as it is printed. */
  private final Histogram latencies = new Histogram(1_000, LONGEST_NANOS, 3);

  private long ended;
  private long succeeded;
  private long met;
  private long refused;

  void count(RequestEnded event) {
    ended++;
    if (event.result() instanceof Result.Succeeded) {
      succeeded++;
      latencies.recordValue(Math.clamp(event.latencyNanos(), 0, LONGEST_NANOS));
    } else if (event.result() instanceof Result.Refused) {
      refused++;
    }
    if (event.met()) {
      met++;
    }
  }

  void print(double seconds, Consumer<String> lines) {
    if (ended == 0) {
      return;
    }
    boolean any = succeeded > 0;
    lines.accept(
        String.format(
            Locale.ROOT,
            "Client throughput=%.1f success=%.2f%% min=%.1f max=%.1f mean=%.1f goodput=%.1f"
                + " refused=%d p50=%.1f p99=%.1f p99.9=%.1f",
            succeeded / seconds,
            100.0 * succeeded / ended,
            any ? millis(latencies.getMinValue()) : 0,
            any ? millis(latencies.getMaxValue()) : 0,
            any ? latencies.getMean() / 1e6 : 0,
            met / seconds,
            refused,
            millis(latencies.getValueAtPercentile(50)),
            millis(latencies.getValueAtPercentile(99)),
            millis(latencies.getValueAtPercentile(99.9))));
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}
