package org.clockwork.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.RandomPayloads;
import org.clockwork.client.Report;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One simulated GPU in real time, ten copies of resnet50_v2, offered a multiple of what the GPU
 * does in full batches of 16.
 */
@Command(name = "overloaded-gpu", mixinStandardHelpOptions = true)
public final class OverloadedGpu implements Runnable {
  private static final String MODEL = "resnet50_v2";
  private static final int COPIES = 10;
  private static final long WARM_UP_NANOS = 3_000_000_000L;

  @Option(
      names = "--factors",
      split = ",",
      description = "Offered rates, as shares of the bound; 2.")
  private List<Double> factors = List.of(2.0);

  @Option(names = "--seconds", description = "Measured at each rate; 30.")
  private double seconds = 30;

  @Option(names = "--slo-ms", description = "The objective; 100.")
  private long sloMillis = 100;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  @Option(names = "--policy", description = "default or infer5.")
  private String policy = "default";

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new OverloadedGpu(), args);
  }

  @Override
  public void run() {
    long execNanos = Zoo.find(MODEL).orElseThrow().profile().execNanos().get(16);
    double bound = 16e9 / execNanos;
    System.out.printf(
        Locale.ROOT,
        "%d x %s, 1 simulated GPU, bound %.1f/s in batches of 16, policy %s%n",
        COPIES,
        MODEL,
        bound,
        policy);
    System.out.println(
        "  x  offered/s  goodput/s  of bound %  refused  timed out  failed  unanswered   p50   p99"
            + "   max ms");
    try (Server server = Server.with(0, 1, policy, new ArrayList<>(Zoo.models()))) {
      for (double factor : factors) {
        point(server, factor, bound);
      }
    } catch (Exception e) {
      throw new IllegalStateException("the load could not be offered: " + e.getMessage(), e);
    }
  }

  private void point(Server server, double factor, double bound) throws Exception {
    Report report =
        server.play(
            new LoadPlan(
                Workloads.named(
                    "poisson-open-loop",
                    List.of(Integer.toString(COPIES), Double.toString(factor * bound)),
                    Choices.PUBLISHED
                        .withModel(MODEL)
                        .withObjective(Objective.ofNanos(sloMillis * 1_000_000))),
                new Measured(WARM_UP_NANOS, (long) (seconds * 1e9)),
                seed),
            new RandomPayloads(seed));
    double goodput = report.totals().met() / seconds;
    System.out.printf(
        Locale.ROOT,
        "%3.1f %10.1f %10.1f %11.1f %8d %10d %7d %11d %5.0f %5.0f %6.0f%s%n",
        factor,
        report.totals().offered() / seconds,
        goodput,
        100 * goodput / bound,
        report.totals().refusals(),
        report.totals().timedOut(),
        report.totals().failures(),
        report.totals().unanswered(),
        report.latency().p50Millis(),
        report.latency().p99Millis(),
        report.latency().maxMillis(),
        report.totals().valid() ? "" : "  (load went out late)");
  }
}
