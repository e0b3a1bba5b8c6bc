package org.clockwork.benchmarks;

import java.util.List;
import java.util.Locale;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Report;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Tally.Totals;
import org.clockwork.core.workload.Workloads;

/**
 * A Poisson stream of single requests, spread evenly over copies of one model.
 *
 * @param warmUpSeconds offered before what counts
 */
public record Offered(
    String model,
    int copies,
    double perSecond,
    long sloMillis,
    double warmUpSeconds,
    double seconds,
    long seed) {

  /** The same as the load engine takes it. */
  public LoadPlan plan() {
    return new LoadPlan(
        Workloads.named(
            "poisson-open-loop",
            List.of(Integer.toString(copies), Double.toString(perSecond)),
            Choices.PUBLISHED
                .withModel(model)
                .withObjective(Objective.ofNanos(sloMillis * 1_000_000))),
        new Measured((long) (warmUpSeconds * 1e9), (long) (seconds * 1e9)),
        seed);
  }

  static String header(String bound) {
    return "   x %9s  offered/s   met %%  goodput/s   of it %%  refused (p50 ms)  timed out  failed  unanswered   p50   p99  max ms"
        .formatted(bound);
  }

  /** What became of it, beside the rate that it is measured against. */
  String row(Report report, double factor, double boundPerSecond) {
    Totals counts = report.totals();
    double goodput = counts.met() / seconds;
    return String.format(
        Locale.ROOT,
        "%4.1f %9.1f %10.1f %7.2f %10.1f %9.1f %8d (%6.2f) %10d %7d %11d %5.0f %5.0f %7.0f%s",
        factor,
        boundPerSecond,
        counts.offered() / seconds,
        100.0 * counts.met() / Math.max(1, counts.offered()),
        goodput,
        100 * goodput / boundPerSecond,
        counts.refusals(),
        report.refusal().p50Millis(),
        counts.timedOut(),
        counts.failures(),
        counts.unanswered(),
        report.latency().p50Millis(),
        report.latency().p99Millis(),
        report.latency().maxMillis(),
        counts.valid() ? "" : "  (load went out late)");
  }
}
