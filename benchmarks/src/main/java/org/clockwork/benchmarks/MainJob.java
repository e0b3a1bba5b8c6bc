package org.clockwork.benchmarks;

import ai.onnxruntime.OrtException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Report;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.scheduler.ModelStatus;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import org.clockwork.gpunative.onnx.GraphOptimisation;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.launcher.demo.Tokenizer;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.ProfileFiles;
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
  private static final long WARM_UP_NANOS = 2_000_000_000L;

  @Option(
      names = "--factors",
      split = ",",
      description = "Offered rates, as shares of the raw rate.")
  private List<Double> factors = List.of(0.3, 0.7, 0.9, 1.2, 2.0);

  @Option(names = "--seconds", description = "Measured at each rate; 20.")
  private double seconds = 20;

  @Option(names = "--raw-seconds", description = "The raw rate is measured for this long; 4.")
  private double rawSeconds = 4;

  @Option(names = "--slo-ms", description = "The objective; 250.")
  private long sloMillis = 250;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  @Option(names = "--policy", description = "default or infer5.")
  private String policy = "default";

  private final PrintStream out = System.out;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new MainJob(), args);
  }

  @Override
  public void run() {
    Path cache = ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"));
    try (Tokenizer tokenizer = new Tokenizer(cache)) {
      ModelSource source = new ModelRepository(MiniLM.install(cache)).find(MiniLM.MODEL);
      List<Tensors> sentences = OnnxOverhead.sentences(tokenizer, 64);
      try (Server server = Server.with(1, 0, policy, List.of(source))) {
        points(server, ((ModelSource.Onnx) source).file(), sentences);
      }
    } catch (Exception e) {
      throw new IllegalStateException("the main job could not be measured: " + e.getMessage(), e);
    }
  }

  private void points(Server server, Path file, List<Tensors> sentences) throws Exception {
    ModelSpec model = spec(server);
    try (BareSession basic = BareSession.open(file, GraphOptimisation.BASIC);
        BareSession all = BareSession.open(file, GraphOptimisation.ALL);
        BareSession.Batch basicBatch = basic.batch(model, RAW_BATCH, sentences.subList(0, 8));
        BareSession.Batch allBatch = all.batch(model, RAW_BATCH, sentences.subList(0, 8))) {
      double basicRate = rate(basicBatch);
      double allRate = rate(allBatch);
      out.printf(
          Locale.ROOT,
          "raw batch-8 rate of ONNX Runtime, one thread: %.1f rows/s with basic graph optimisations,"
              + " %.1f with all; the faster one is 1 x%n",
          basicRate,
          allRate);
      BareSession.Batch raw = basicRate > allRate ? basicBatch : allBatch;
      out.println(
          "  x   raw/s  offered/s   met %  goodput/s  of raw %  refused (p50 ms)  timed out  failed"
              + "  unanswered   p50   p99    max ms");
      for (double factor : factors) {
        point(server, factor, raw, sentences);
      }
    }
  }

  private void point(Server server, double factor, BareSession.Batch raw, List<Tensors> sentences)
      throws Exception {
    double before = rate(raw);
    int[] turn = {0};
    Report report =
        server.play(
            new LoadPlan(
                Workloads.named(
                    "poisson-open-loop",
                    List.of("1", Double.toString(factor * before)),
                    Choices.PUBLISHED
                        .withModel(MiniLM.MODEL)
                        .withObjective(Objective.ofNanos(sloMillis * 1_000_000))),
                new Measured(WARM_UP_NANOS, (long) (seconds * 1e9)),
                seed),
            _ -> new Submission.Payload.Ordered(sentences.get(turn[0]++ % sentences.size())));
    double rate = (before + rate(raw)) / 2;
    double goodput = report.totals().met() / seconds;
    out.printf(
        Locale.ROOT,
        "%4.1f %7.1f %10.1f %7.2f %10.1f %9.1f %8d (%6.2f) %10d %7d %11d %5.0f %5.0f %6.0f%s%n",
        factor,
        rate,
        report.totals().offered() / seconds,
        100.0 * report.totals().met() / Math.max(1, report.totals().offered()),
        goodput,
        100 * goodput / rate,
        report.totals().refusals(),
        report.refusal().p50Millis(),
        report.totals().timedOut(),
        report.totals().failures(),
        report.totals().unanswered(),
        report.latency().p50Millis(),
        report.latency().p99Millis(),
        report.latency().maxMillis(),
        report.totals().valid() ? "" : "  (load went out late)");
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

  private static ModelSpec spec(Server server) {
    return server.models().stream()
        .filter(ModelStatus.Ready.class::isInstance)
        .map(ready -> ((ModelStatus.Ready) ready).spec())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("MiniLM is not served: " + server.models()));
  }
}
