package org.clockwork.launcher.plot;

import java.util.List;
import org.clockwork.client.Watch;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Tally;
import org.clockwork.experiments.plot.Svg;

/** Watches a client's load and draws what it saw. */
public final class ClientPlot implements Watch {
  private final String workload;
  private final RequestFigures figures = new RequestFigures();
  private long startNanos;

  public ClientPlot(String workload) {
    this.workload = workload;
  }

  @Override
  public void started(long nowNanos) {
    startNanos = nowNanos;
  }

  @Override
  public void sent(Offer offer) {
    figures.offered(sinceStart(offer), offer.objective().sloNanos());
  }

  @Override
  public void succeeded(Offer offer, Ending.Succeeded ending, long nowNanos) {
    figures.succeeded(
        sinceStart(offer),
        Math.max(0, nowNanos - offer.intendedNanos()),
        Tally.met(offer, ending, nowNanos),
        ending.coldStart());
  }

  @Override
  public void refused(Offer offer) {
    figures.refused(sinceStart(offer));
  }

  /** Once the load is over. */
  public String svg() {
    RequestPanels panels = new RequestPanels(figures, "the load began");
    return Svg.eachWithLegend(
        "Workload " + workload + ", as its client saw it",
        List.of(
            panels.latencyOverTime(),
            panels.goodputOverTime(),
            panels.goodputAgainstOffered(),
            panels.distribution()));
  }

  private long sinceStart(Offer offer) {
    return offer.intendedNanos() - startNanos;
  }
}
