package org.clockwork.benchmarks.faults;

import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.Programs;
import org.clockwork.benchmarks.cluster.Cluster;
import org.clockwork.benchmarks.cluster.RoleProcess;
import org.clockwork.benchmarks.cluster.WatchedClient;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Report;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One of two equal workers is killed in the middle of a load that is half of what both can carry:
 * what is met all the same, and how long it takes until the last request that it concerns has its
 * answer. Real processes on this machine: controller, two workers, and the client in this one.
 */
@Command(name = "killed-worker", mixinStandardHelpOptions = true)
public final class KilledWorker implements Runnable {
  @Option(names = "--models", description = "Copies of resnet50_v2; 1.")
  private int models = 1;

  @Option(
      names = "--rate",
      description = "Requests per second in all; 900, half of what two GPUs do in full batches.")
  private int rate = 900;

  @Option(names = "--seconds", description = "Of load, the worker is killed half-way; 40.")
  private double seconds = 40;

  @Option(names = "--warmup", description = "Seconds of load before these; 10.")
  private double warmUpSeconds = 10;

  @Option(
      names = "--slo-ms",
      description =
          "The objectives, one run each; 100, and 5000 with which requests outlive the worker.")
  private List<Long> objectives = List.of(100L, 5_000L);

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new KilledWorker(), args);
  }

  @Override
  public void run() {
    System.out.printf(
        Locale.ROOT,
        "%d x resnet50_v2, %d requests/s, one of two workers killed after %.0f of %.0f s%n",
        models,
        rate,
        seconds / 2,
        seconds);
    System.out.printf(
        "%8s %8s %8s %9s %9s %11s %10s%n",
        "slo ms", "offered", "met", "timed out", "refused", "unanswered", "last ms");
    for (long sloMillis : objectives) {
      try {
        tell(sloMillis);
      } catch (Exception e) {
        throw new IllegalStateException("the load could not be offered: " + e.getMessage(), e);
      }
    }
  }

  private void tell(long sloMillis) throws Exception {
    try (Cluster cluster = new Cluster(Policies.DEFAULT).withoutInputs()) {
      RoleProcess killed = cluster.worker("worker_dummy", "-n", "1", "--id", "killed");
      cluster.worker("worker_dummy", "-n", "1", "--id", "staying");
      try (WatchedClient client = WatchedClient.join(cluster.name())) {
        Future<Report> played = client.play(plan(sloMillis));
        CompletableFuture.runAsync(
                () -> {
                  client.mark();
                  killed.kill();
                },
                CompletableFuture.delayedExecutor(
                    (long) ((warmUpSeconds + seconds / 2) * 1e6), TimeUnit.MICROSECONDS))
            .join();
        Report report = WatchedClient.await(played);
        var totals = report.totals();
        System.out.printf(
            Locale.ROOT,
            "%8d %8d %7.2f%% %9d %9d %11d %10.0f%n",
            sloMillis,
            totals.offered(),
            100.0 * totals.met() / totals.offered(),
            totals.timedOut(),
            totals.refused().values().stream().mapToLong(Long::longValue).sum(),
            totals.unanswered(),
            client.millisToLastAffected());
      }
    }
  }

  private LoadPlan plan(long sloMillis) {
    Choices choices = Choices.PUBLISHED.withObjective(Objective.ofNanos(sloMillis * 1_000_000));
    return new LoadPlan(
        Workloads.named(
            "poisson-open-loop",
            List.of(Integer.toString(models), Integer.toString(rate)),
            choices),
        new Measured((long) (warmUpSeconds * 1e9), (long) (seconds * 1e9)),
        seed);
  }
}
