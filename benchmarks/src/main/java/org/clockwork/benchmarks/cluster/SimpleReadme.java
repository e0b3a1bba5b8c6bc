package org.clockwork.benchmarks.cluster;

import java.util.List;
import java.util.Locale;
import org.clockwork.benchmarks.cluster.RoleProcess.Usage;
import org.clockwork.core.device.Zoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The published first example in three processes: two copies of a model, one request each at a
 * time, inputs of 602 kB. What a request takes beyond its execution is the price of the whole
 * system.
 */
@Command(name = "simple-readme", mixinStandardHelpOptions = true)
public final class SimpleReadme extends ClusterBenchmark {
  private static final String MODEL = "resnet50_v2_readme";

  @Option(names = "--gpus", split = ",", description = "Simulated GPUs, one row each; 1,2.")
  private List<Integer> gpus = List.of(1, 2);

  @Option(names = "--seconds", description = "Measured; 30.")
  private double seconds = 30;

  @Option(names = "--warmup", description = "Seconds before that; 10.")
  private double warmUpSeconds = 10;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new SimpleReadme(), args);
  }

  @Override
  protected void measure() throws Exception {
    double execMillis = Zoo.find(MODEL).orElseThrow().profile().smallestExecNanos() / 1e6;
    for (int count : gpus) {
      System.out.printf(
          Locale.ROOT,
          "simple --model %s (b1 %.2f ms), worker_dummy -n %d, real inputs, %.0f s after %.0f s%n",
          MODEL,
          execMillis,
          count,
          seconds,
          warmUpSeconds);
      try (Cluster cluster = new Cluster(policy)) {
        measure(cluster, count, execMillis);
      }
    }
  }

  private void measure(Cluster cluster, int count, double execMillis) throws Exception {
    RoleProcess worker = cluster.worker("worker_dummy", "-n", Integer.toString(count));
    ClientProcess client =
        cluster.client(
            "simple",
            "--model",
            MODEL,
            "--warmup",
            text(warmUpSeconds),
            "--duration",
            text(seconds));
    client.awaitLoad();
    long begunNanos = System.nanoTime();
    Usage controllerBefore = cluster.controller().usage();
    Usage workerBefore = worker.usage();
    Usage clientBefore = client.role().usage();
    ClientProcess.Result result = client.result(atMost(warmUpSeconds + seconds));
    double wallSeconds = (System.nanoTime() - begunNanos) / 1e9;
    Promises.header();
    Promises.atLeast(
        "ok/s" + result.warnings(), result.perSecond("succeeded"), count == 1 ? 298 : 480, "/s");
    Promises.atLeast("met within 100 ms", result.metPercent(), 100, "%");
    if (count == 1) {
      Promises.atMost("p99.9", result.latencyMillis("p99_9"), 10, "ms");
      Promises.figure(
          "latency p50", result.latencyMillis("p50"), "ms (two requests share one GPU)");
    } else {
      Promises.figure("p99.9", result.latencyMillis("p99_9"), "ms");
      Promises.atMost(
          "overhead: latency p50 - exec", result.latencyMillis("p50") - execMillis, 0.5, "ms");
    }
    Promises.usage("controller", cluster.controller().usage().since(controllerBefore), wallSeconds);
    Promises.usage("worker_dummy", worker.usage().since(workerBefore), wallSeconds);
    Promises.usage("client", client.role().usage().since(clientBefore), wallSeconds);
  }
}
