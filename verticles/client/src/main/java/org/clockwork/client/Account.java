package org.clockwork.client;

import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Tally;

/**
 * The books of one run: the tally and, beside it, how long everything took; once for the part that
 * counts and once for the current second. Belongs to one event loop.
 */
final class Account {
  /** Three digits: what a report shows is off by at most 0.1 %. */
  private static final int DIGITS = 3;

  private final Tally tally;
  private final Watch watch;
  private final Histogram latency = new Histogram(DIGITS);
  private final Histogram refusal = new Histogram(DIGITS);
  private final Histogram lateness = new Histogram(DIGITS);
  private final Histogram secondLatency = new Histogram(DIGITS);
  private long secondRefused;
  private long secondMet;

  Account(Measured measured, Watch watch) {
    tally = new Tally(measured);
    this.watch = watch;
  }

  void started(long nowNanos) {
    tally.started(nowNanos);
    watch.started(nowNanos);
  }

  void sent(Offer offer, long nowNanos) {
    tally.sent(offer, nowNanos);
    if (tally.counts(offer)) {
      watch.sent(offer);
      if (offer.scheduled()) {
        lateness.recordValue(Math.max(0, nowNanos - offer.intendedNanos()));
      }
    }
  }

  void answered(Offer offer, Ending ending, long nowNanos) {
    tally.answered(offer, ending, nowNanos);
    long nanos = Math.max(0, nowNanos - offer.intendedNanos());
    switch (ending) {
      case Ending.Succeeded success -> {
        secondLatency.recordValue(nanos);
        if (Tally.met(offer, success, nowNanos)) {
          secondMet++;
        }
        if (tally.counts(offer)) {
          latency.recordValue(nanos);
          watch.succeeded(offer, success, nowNanos);
        }
      }
      case Ending.Refused _ -> {
        secondRefused++;
        if (tally.counts(offer)) {
          refusal.recordValue(nanos);
          watch.refused(offer);
        }
      }
      case Ending.TimedOut _, Ending.Failed _ -> {}
    }
  }

  /** The published line about the time since the last one, and what ours adds; then begins anew. */
  String line(long spanNanos) {
    double seconds = spanNanos / 1e9;
    boolean any = secondLatency.getTotalCount() > 0;
    String line =
        String.format(
            Locale.ROOT,
            "throughput=%.2f min=%.2f max=%.2f mean=%.2f"
                + " goodput=%.2f refused=%d p50=%.2f p99=%.2f p99.9=%.2f",
            secondLatency.getTotalCount() / seconds,
            any ? secondLatency.getMinValue() / 1e6 : 0,
            secondLatency.getMaxValue() / 1e6,
            secondLatency.getMean() / 1e6,
            secondMet / seconds,
            secondRefused,
            secondLatency.getValueAtPercentile(50) / 1e6,
            secondLatency.getValueAtPercentile(99) / 1e6,
            secondLatency.getValueAtPercentile(99.9) / 1e6);
    secondLatency.reset();
    secondRefused = 0;
    secondMet = 0;
    return line;
  }

  Report report(String workload, long seed, long durationNanos) {
    return new Report(
        workload,
        seed,
        durationNanos,
        tally.totals(),
        Latencies.of(latency),
        Latencies.of(refusal),
        Latencies.of(lateness));
  }
}
