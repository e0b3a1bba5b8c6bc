package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.clockwork.benchmarks.cluster.RoleProcess.Usage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many inputs of 602 kB reach a worker, against what a bare Vert.x NetSocket carries between
 * two processes in the same frames. The model takes 0.1 ms whatever the batch, so that the path is
 * all there is; measured in turns, because a machine's speed drifts.
 */
@Command(name = "input-path", mixinStandardHelpOptions = true)
public final class InputPath extends ClusterBenchmark {
  private static final String MODEL = "image_100us";

  /** 3 x 224 x 224 reals: what a model of unknown name gets. */
  private static final int INPUT_BYTES = 602_112;

  /** In the form of the published measurements; nanoseconds. */
  private static final String MEASUREMENTS =
      "weights = 1000000L;\nb1 = 100000L;\nb2 = 100000L;\nb4 = 100000L;\nb8 = 100000L;\nb16 = 100000L;\n";

  @Option(names = "--concurrency", description = "Requests outstanding; 128.")
  private int concurrency = 128;

  @Option(names = "--seconds", description = "Measured, each time; 10.")
  private double seconds = 10;

  @Option(names = "--warmup", description = "Seconds before that; 20.")
  private double warmUpSeconds = 20;

  @Option(names = "--rounds", description = "Of both in turn; 2.")
  private int rounds = 2;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new InputPath(), args);
  }

  @Override
  protected void measure() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "inputs of %,d bytes, %d outstanding, %.0f s after %.0f s%n",
        INPUT_BYTES,
        concurrency,
        seconds,
        warmUpSeconds);
    double bare = 0;
    double path = 0;
    for (int round = 0; round < rounds; round++) {
      bare += BareSocket.perSecond(INPUT_BYTES, concurrency, warmUpSeconds, seconds) / rounds;
      path += pathPerSecond() / rounds;
    }
    Promises.header();
    Promises.figure("bare NetSocket", bare * INPUT_BYTES / 1e6, "MB/s");
    Promises.figure("whole input path", path * INPUT_BYTES / 1e6, "MB/s");
    Promises.atLeast("input path, of the bare socket", 100 * path / bare, 80, "%");
  }

  private double pathPerSecond() throws Exception {
    try (Cluster cluster = new Cluster(policy)) {
      RoleProcess worker =
          cluster.worker(
              "worker",
              "--model-repository",
              repository(cluster.folder()).toString(),
              "--onnx-devices",
              "0",
              "-n",
              "2");
      ClientProcess client =
          cluster.client(
              "comparison_experiment2",
              "2",
              Integer.toString(Math.max(1, concurrency / 2)),
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
      System.out.printf(
          Locale.ROOT,
          "path: %.0f requests/s, %.2f%% met, p50 %.2f ms, p99 %.2f ms%s%n",
          result.perSecond("succeeded"),
          result.metPercent(),
          result.latencyMillis("p50"),
          result.latencyMillis("p99"),
          result.warnings());
      Promises.usage(
          "controller", cluster.controller().usage().since(controllerBefore), wallSeconds);
      Promises.usage("worker", worker.usage().since(workerBefore), wallSeconds);
      Promises.usage("client", client.role().usage().since(clientBefore), wallSeconds);
      return result.perSecond("succeeded");
    }
  }

  private static Path repository(Path folder) throws IOException {
    Path repository = folder.resolve("models");
    Path model = repository.resolve(MODEL);
    Files.createDirectories(model);
    Files.writeString(model.resolve("model.measurements"), MEASUREMENTS);
    return repository;
  }
}
