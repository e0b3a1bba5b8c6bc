package org.clockwork.benchmarks.peers;

import org.HdrHistogram.Histogram;
import org.clockwork.client.Watch;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Tally;

/** How long that took which was met: a report's latencies have the late answers among them. */
final class MetLatencies implements Watch {
  private final Histogram nanos = new Histogram(3);

  @Override
  public void started(long nowNanos) {}

  @Override
  public void sent(Offer offer) {}

  @Override
  public void succeeded(Offer offer, Ending.Succeeded ending, long nowNanos) {
    if (Tally.met(offer, ending, nowNanos)) {
      nanos.recordValue(nowNanos - offer.intendedNanos());
    }
  }

  @Override
  public void refused(Offer offer) {}

  double millisAt(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }
}
