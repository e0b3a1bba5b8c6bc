package org.clockwork.benchmarks.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.clockwork.benchmarks.RawMiniLM;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.worker.repository.ProfileFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The main job through separate worker, controller and client: MiniLM on one thread, single
 * sentences, above what ONNX Runtime does by itself. That is measured in this process right before
 * and after each row, while the others are idle.
 */
@Command(name = "main-job-processes", mixinStandardHelpOptions = true)
public final class MainJobProcesses extends ClusterBenchmark {
  @Option(names = "--factors", split = ",", description = "Of the raw rate; 1.2,2.")
  private List<Double> factors = List.of(1.2, 2.0);

  @Option(names = "--seconds", description = "Measured at each rate; 20.")
  private double seconds = 20;

  @Option(names = "--warmup", description = "Seconds before that; 5.")
  private double warmUpSeconds = 5;

  @Option(names = "--raw-seconds", description = "The raw rate is measured for this long; 4.")
  private double rawSeconds = 4;

  @Option(names = "--slo-ms", description = "The objective; 250.")
  private double sloMillis = 250;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new MainJobProcesses(), args);
  }

  @Override
  protected void measure() throws Exception {
    Path cache = ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"));
    Path repository = MiniLM.install(cache);
    try (RawMiniLM raw = RawMiniLM.open(cache);
        Cluster cluster = new Cluster(policy)) {
      cluster.worker(
          "worker", "--model-repository", repository.toString(), "--onnx-devices", "1", "-n", "0");
      Promises.header();
      for (double factor : factors) {
        row(cluster, raw, factor);
      }
    }
  }

  private void row(Cluster cluster, RawMiniLM raw, double factor) throws Exception {
    double before = raw.perSecond(rawSeconds);
    ClientProcess.Result result =
        cluster
            .client(
                "poisson-open-loop",
                "1",
                text(factor * before),
                "--model",
                MiniLM.MODEL,
                "--slo-millis",
                text(sloMillis),
                "--warmup",
                text(warmUpSeconds),
                "--duration",
                text(seconds))
            .result(atMost(warmUpSeconds + seconds));
    double rawPerSecond = (before + raw.perSecond(rawSeconds)) / 2;
    double goodput = result.perSecond("met");
    System.out.printf(
        Locale.ROOT,
        "%.1f x: raw %.1f/s, offered %.1f/s, goodput %.1f/s, refused %d, timed out %d, p50 %.0f p99"
            + " %.0f ms%s%n",
        factor,
        rawPerSecond,
        result.perSecond("offered"),
        goodput,
        result.refused(),
        result.count("timed_out"),
        result.latencyMillis("p50"),
        result.latencyMillis("p99"),
        result.warnings());
    Promises.atLeast(
        "goodput of the raw rate at %.1f x".formatted(factor),
        100 * goodput / rawPerSecond,
        95,
        "%");
  }
}
