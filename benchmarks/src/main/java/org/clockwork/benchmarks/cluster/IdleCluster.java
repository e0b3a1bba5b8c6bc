package org.clockwork.benchmarks.cluster;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.cluster.RoleProcess.Usage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a controller and a worker with two GPUs take of the machine while nobody asks anything. */
@Command(name = "idle", mixinStandardHelpOptions = true)
public final class IdleCluster extends ClusterBenchmark {
  @Option(names = "--seconds", description = "Measured; 30.")
  private double seconds = 30;

  @Option(
      names = "--settle",
      description = "Seconds before that, in which compilers and collectors come to rest; 20.")
  private double settleSeconds = 20;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new IdleCluster(), args);
  }

  @Override
  protected void measure() throws Exception {
    try (Cluster cluster = new Cluster(policy)) {
      RoleProcess worker = cluster.worker("worker_dummy", "-n", "2");
      pass(settleSeconds);
      Usage controllerBefore = cluster.controller().usage();
      Usage workerBefore = worker.usage();
      long begunNanos = System.nanoTime();
      pass(seconds);
      Usage controller = cluster.controller().usage().since(controllerBefore);
      Usage work = worker.usage().since(workerBefore);
      double wallSeconds = (System.nanoTime() - begunNanos) / 1e9;
      System.out.printf(
          Locale.ROOT, "controller and worker_dummy -n 2, idle for %.1f s%n", wallSeconds);
      Promises.header();
      Promises.usage("controller", controller, wallSeconds);
      Promises.usage("worker_dummy", work, wallSeconds);
      Promises.atMost(
          "together", (controller.cpuSeconds() + work.cpuSeconds()) / wallSeconds, 0.05, "cores");
    }
  }

  private static void pass(double time) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(Math.round(time * 1_000));
  }
}
