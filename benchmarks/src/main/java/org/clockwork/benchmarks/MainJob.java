package org.clockwork.benchmarks;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Locale;
import org.clockwork.client.Report;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.launcher.demo.MiniLM;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The main job under growing load: single sentences to MiniLM on one thread, as a Poisson stream at
 * a share of what ONNX Runtime by itself does in batches of eight, measured right before and after
 * in the same process.
 */
@Command(name = "main-job", mixinStandardHelpOptions = true)
public final class MainJob implements Runnable {
  private static final int RAW_BATCH = 8;
  private static final double WARM_UP_SECONDS = 2;

  @Option(
      names = "--factors",
      split = ",",
      description = "Offered rates, as shares of the raw rate.")
  private List<Double> factors = List.of(0.3, 0.7, 0.9, 1.2, 2.0);

  @Option(names = "--seconds", description = "Measured at each rate; 20.")
  private double seconds = 20;

  @Option(names = "--raw-seconds", description = "The raw rate is measured for this long; 4.")
  private double rawSeconds = 4;

  @Option(
      names = "--raw",
      description =
          "What 1 x is: ONNX Runtime as it comes (default), or with the graph optimisations that the"
              + " device found to be fastest (fastest).")
  private RawOptions rawOptions = RawOptions.DEFAULT;

  private enum RawOptions {
    DEFAULT,
    FASTEST
  }

  @Option(names = "--slo-ms", description = "The objective; 250.")
  private long sloMillis = 250;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  @Option(names = "--policy", description = "default or infer5.")
  private String policy = "default";

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new MainJob(), args);
  }

  @Override
  public void run() {
    try (ServedMiniLM server = ServedMiniLM.start(policy);
        BareSession basic = BareSession.open(server.file(), GraphOptimisation.BASIC);
        BareSession all = BareSession.open(server.file(), GraphOptimisation.ALL)) {
      List<Tensors> eight = server.sentences().subList(0, RAW_BATCH);
      try (BareSession.Batch basicBatch = basic.batch(server.model(), RAW_BATCH, eight);
          BareSession.Batch allBatch = all.batch(server.model(), RAW_BATCH, eight)) {
        points(server, raw(basicBatch, allBatch));
      }
    } catch (Exception e) {
      throw new IllegalStateException("the main job could not be measured: " + e.getMessage(), e);
    }
  }

  private BareSession.Batch raw(BareSession.Batch basic, BareSession.Batch all)
      throws OrtException {
    double basicRate = rate(basic);
    double allRate = rate(all);
    System.out.printf(
        Locale.ROOT,
        "ONNX Runtime by itself, one thread, batches of 8: %.1f rows/s as it comes (all graph"
            + " optimisations), %.1f with basic ones; 1 x is the %s%n",
        allRate,
        basicRate,
        rawOptions == RawOptions.DEFAULT ? "first" : "faster one");
    return rawOptions == RawOptions.FASTEST && basicRate > allRate ? basic : all;
  }

  private void points(ServedMiniLM server, BareSession.Batch raw) throws Exception {
    System.out.println(Offered.header("raw/s"));
    for (double factor : factors) {
      double before = rate(raw);
      Offered offered =
          new Offered(MiniLM.MODEL, 1, factor * before, sloMillis, WARM_UP_SECONDS, seconds, seed);
      Report report = server.play(offered);
      System.out.println(offered.row(report, factor, (before + rate(raw)) / 2));
    }
  }

  private double rate(BareSession.Batch batch) throws OrtException {
    long begunNanos = System.nanoTime();
    long rows = 0;
    do {
      batch.run();
      rows += RAW_BATCH;
    } while (System.nanoTime() - begunNanos < rawSeconds * 1e9);
    return rows * 1e9 / (System.nanoTime() - begunNanos);
  }
}
