package org.clockwork.benchmarks.cluster;

import java.util.Locale;
import org.clockwork.benchmarks.cluster.RoleProcess.Usage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * As many requests as three processes can pass on: a model so fast that messages are all there is,
 * no inputs, and always 160 outstanding.
 */
@Command(name = "many-small", mixinStandardHelpOptions = true)
public final class ManySmall extends ClusterBenchmark {
  @Option(names = "--models", description = "Copies; 10.")
  private int models = 10;

  @Option(names = "--concurrency", description = "Outstanding for each copy; 16.")
  private int concurrency = 16;

  @Option(names = "--seconds", description = "Measured; 30.")
  private double seconds = 30;

  @Option(names = "--warmup", description = "Seconds before that; 15.")
  private double warmUpSeconds = 15;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new ManySmall(), args);
  }

  @Override
  protected void measure() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "comparison_experiment2 %d %d --model fast_100us, 2 GPUs, no inputs, %.0f s after %.0f s%n",
        models,
        concurrency,
        seconds,
        warmUpSeconds);
    try (Cluster cluster = new Cluster(policy).withoutInputs()) {
      RoleProcess worker = cluster.worker("worker_dummy", "-n", "2");
      ClientProcess client =
          cluster.client(
              "comparison_experiment2",
              Integer.toString(models),
              Integer.toString(concurrency),
              "--model",
              "fast_100us",
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
          "requests/s" + result.warnings(), result.perSecond("succeeded"), 20_000, "/s");
      Promises.atLeast("met", result.metPercent(), 99.9, "%");
      Promises.figure("latency p50", result.latencyMillis("p50"), "ms");
      Promises.figure("latency p99.9", result.latencyMillis("p99_9"), "ms");
      Promises.usage(
          "controller", cluster.controller().usage().since(controllerBefore), wallSeconds);
      Promises.usage("worker_dummy", worker.usage().since(workerBefore), wallSeconds);
      Promises.usage("client", client.role().usage().since(clientBefore), wallSeconds);
    }
  }
}
