package org.clockwork.benchmarks.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.HdrHistogram.Histogram;
import org.clockwork.benchmarks.RawMiniLM;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.clockwork.core.device.Zoo;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Table;
import org.clockwork.experiments.Value;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.worker.repository.ProfileFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How far the controller's predictions are from what then happens, early and late apart, read from
 * the action log that it writes: of INFERs while one load runs steadily on one device, of LOADs
 * while more models are asked for than fit on it.
 */
@Command(name = "prediction-errors", mixinStandardHelpOptions = true)
public final class PredictedAndActual extends ClusterBenchmark {
  private static final double BARE_SECONDS = 5;
  private static final double COMPLETION_LATE_MICROS_MAX = 1_000;

  @Option(names = "--devices", split = ",", description = "Of ${COMPLETION-CANDIDATES}; every one.")
  private List<Kind> devices = List.of(Kind.values());

  @Option(names = "--factor", description = "Load, of what the device does in full batches; 0.7.")
  private double factor = 0.7;

  @Option(names = "--seconds", description = "Measured, of each of both loads; 30.")
  private double seconds = 30;

  @Option(names = "--warmup", description = "Seconds before that; 10.")
  private double warmUpSeconds = 10;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  /** Kinds of devices that a worker here can have. */
  private enum Kind {
    SIMULATED,
    ONNX;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What a device is asked to do.
   *
   * @param worker the command that starts it
   * @param perSecond what it does in full batches
   * @param copies more than fit on it
   */
  private record Job(
      List<String> worker,
      boolean inputs,
      String model,
      double perSecond,
      int steadyCopies,
      int copies,
      double coldPerSecond,
      double sloMillis) {}

  /**
   * A figure of the table, with the paper's own where it gives one.
   *
   * @param publishedEarly in microseconds
   * @param publishedLate in microseconds
   */
  private record Line(
      Figure figure,
      String words,
      Optional<Double> publishedEarly,
      Optional<Double> publishedLate) {}

  private static final List<Line> STEADY =
      List.of(
          new Line(Figure.INFER_START, "INFER start", Optional.empty(), Optional.empty()),
          new Line(Figure.INFER_DURATION, "INFER duration", Optional.of(144.0), Optional.of(55.0)),
          new Line(
              Figure.INFER_COMPLETION,
              "INFER completion",
              Optional.of(1_000.0),
              Optional.of(1_000.0)));

  private static final List<Line> COLD =
      List.of(
          new Line(Figure.LOAD_DURATION, "LOAD duration", Optional.of(431.0), Optional.of(348.0)));

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new PredictedAndActual(), args);
  }

  @Override
  protected void measure() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "predicted against actual, µs, by the controller's action log; policy %s, seed %d, %s s after"
            + " %s s of each load%n%n",
        policy,
        seed,
        seconds,
        warmUpSeconds);
    List<Row> rows = new ArrayList<>();
    Optional<Histogram> judged = Optional.empty();
    for (Kind kind : devices) {
      Job job = job(kind);
      PredictionErrors steady = errors(job, job.steadyCopies, factor * job.perSecond);
      for (Line line : STEADY) {
        PredictionErrors.Errors errors = steady.take(line.figure);
        addRows(rows, kind, line, errors);
        if (kind == Kind.ONNX && line.figure == Figure.INFER_COMPLETION) {
          judged = Optional.of(errors.late());
        }
      }
      PredictionErrors cold = errors(job, job.copies, job.coldPerSecond);
      COLD.forEach(line -> addRows(rows, kind, line, cold.take(line.figure)));
    }
    System.out.println(Table.text(rows));
    if (judged.isPresent()) {
      Promises.header();
      Promises.atMost(
          "onnx: INFER completion late, p99",
          judged.get().getValueAtPercentile(99) / 1e3,
          COMPLETION_LATE_MICROS_MAX,
          "µs, with a core free");
    }
  }

  private Job job(Kind kind) throws Exception {
    return switch (kind) {
      case SIMULATED -> simulated();
      case ONNX -> onnx();
    };
  }

  private static Job simulated() {
    String model = "resnet50_v2";
    var exec = Zoo.find(model).orElseThrow().profile().execNanos();
    return new Job(
        List.of("worker_dummy", "-n", "1"),
        false,
        model,
        exec.lastKey() * 1e9 / exec.lastEntry().getValue(),
        10,
        // Of 7 pages each; the GPU has 1,376.
        250,
        100,
        100);
  }

  /** The main job; what the device can do is measured right before. */
  private static Job onnx() throws Exception {
    Path cache = ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"));
    Path repository = MiniLM.install(cache);
    try (RawMiniLM raw = RawMiniLM.open(cache)) {
      raw.perSecond(2); // Warm.
      Histogram bare = raw.durations(BARE_SECONDS);
      System.out.printf(
          Locale.ROOT,
          "onnx with nothing around it, %d batches of 8 in %s s: p50 %.1f, p99 %.1f, max %.1f ms%n",
          bare.getTotalCount(),
          BARE_SECONDS,
          bare.getValueAtPercentile(50) / 1e6,
          bare.getValueAtPercentile(99) / 1e6,
          bare.getMaxValue() / 1e6);
      return new Job(
          List.of(
              "worker",
              "--model-repository",
              repository.toString(),
              "--onnx-devices",
              "1",
              "-n",
              "0"),
          true,
          MiniLM.MODEL,
          raw.perSecond(2),
          1,
          // Of 90 MB each; the device has 2 GiB.
          30,
          10,
          1_000);
    }
  }

  private PredictionErrors errors(Job job, int copies, double perSecond) throws Exception {
    try (Cluster cluster = new Cluster(policy)) {
      if (!job.inputs) {
        cluster.withoutInputs();
      }
      cluster.worker(job.worker.toArray(String[]::new));
      ClientProcess.Result result =
          cluster
              .client(
                  "poisson-open-loop",
                  Integer.toString(copies),
                  text(perSecond),
                  "--model",
                  job.model,
                  "--slo-millis",
                  text(job.sloMillis),
                  "--seed",
                  Long.toString(seed),
                  "--warmup",
                  text(warmUpSeconds),
                  "--duration",
                  text(seconds))
              .result(atMost(warmUpSeconds + seconds));
      System.out.printf(
          Locale.ROOT,
          "%d x %s at %.1f/s: %.2f %% met%s%n",
          copies,
          job.model,
          perSecond,
          result.metPercent(),
          result.warnings());
      cluster.end();
      return PredictionLog.read(cluster.logs(), Math.round(warmUpSeconds * 1e9));
    }
  }

  private static void addRows(
      List<Row> rows, Kind kind, Line line, PredictionErrors.Errors errors) {
    rows.add(row(kind, line.words, "early", errors.early(), line.publishedEarly));
    rows.add(row(kind, line.words, "late", errors.late(), line.publishedLate));
  }

  private static Row row(
      Kind kind, String words, String side, Histogram errors, Optional<Double> published) {
    SequencedMap<String, Value> values = new LinkedHashMap<>();
    values.put("device", Value.of(kind.toString()));
    values.put("figure", Value.of(words));
    values.put("", Value.of(side));
    values.put("count", Value.of(errors.getTotalCount()));
    values.put("p50", micros(errors, 50));
    values.put("p99", micros(errors, 99));
    values.put("p99.9", micros(errors, 99.9));
    values.put("max", micros(errors, 100));
    values.put("published", Value.of(published));
    return new Row(values);
  }

  private static Value micros(Histogram errors, double percentile) {
    return errors.getTotalCount() == 0
        ? Value.of(Optional.empty())
        : Value.of(Math.round(errors.getValueAtPercentile(percentile) / 100.0) / 10.0);
  }
}
