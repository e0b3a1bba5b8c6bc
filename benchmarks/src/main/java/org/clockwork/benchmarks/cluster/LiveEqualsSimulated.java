package org.clockwork.benchmarks.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.model.Profile;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.sim.World;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Tally.Totals;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The same load with the same seed, once in three processes on simulated GPUs in real time, and
 * once in the simulator, which is given the delays that the live run had. Where both agree, what
 * the simulator says of clusters that nobody here has can be believed.
 */
@Command(name = "live-equals-simulated", mixinStandardHelpOptions = true)
public final class LiveEqualsSimulated extends ClusterBenchmark {
  private static final String MODEL = "resnet50_v2";
  private static final int COPIES = 10;
  private static final int LARGEST_BATCH = 16;
  private static final int PAGES = 1_376;
  private static final double DIFFERENCE_PERCENT_MAX = 2;

  /** What the live controller's timer can do. */
  private static final long WAKE_STEP_NANOS = 1_000_000;

  /** By then the simulated worker has said what it could serve. */
  private static final long JOINED_NANOS = 500_000_000;

  private static final long DRAIN_NANOS = 5_000_000_000L;

  @Option(names = "--factors", split = ",", description = "Of 923/s per GPU; 0.7,0.95.")
  private List<Double> factors = List.of(0.7, 0.95);

  @Option(names = "--gpus", description = "1.")
  private int gpus = 1;

  @Option(names = "--slo-ms", description = "The objective; 100.")
  private long sloMillis = 100;

  @Option(names = "--seconds", description = "Measured; 30.")
  private double seconds = 30;

  @Option(names = "--warmup", description = "Seconds before that; 10.")
  private double warmUpSeconds = 10;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  @Option(names = "--no-inputs", description = "The live requests carry none.")
  private boolean noInputs;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new LiveEqualsSimulated(), args);
  }

  /** One of the two runs. */
  private record Run(long offered, double goodput, double metPercent, double p50, double p99) {}

  @Override
  protected void measure() throws Exception {
    Profile profile = Zoo.find(MODEL).orElseThrow().profile();
    double bound = gpus * LARGEST_BATCH * 1e9 / profile.execNanos().get(LARGEST_BATCH);
    System.out.printf(
        Locale.ROOT,
        "poisson-open-loop %d RATE, %s, %d GPU, bound %.1f/s, %d ms, seed %d, %.0f s after %.0f s%n",
        COPIES,
        MODEL,
        gpus,
        bound,
        sloMillis,
        seed,
        seconds,
        warmUpSeconds);
    for (double factor : factors) {
      compare(factor, factor * bound, profile);
    }
  }

  private void compare(double factor, double rate, Profile profile) throws Exception {
    try (Cluster cluster = new Cluster(policy)) {
      Run live = live(cluster, rate);
      cluster.end();
      MeasuredRun measured = MeasuredRun.read(cluster.logs(), profile);
      if (measured.isEmpty() || live.goodput == 0) {
        System.out.println(
            "nothing to compare: the live run got nothing done, in %.0f s of load"
                .formatted(warmUpSeconds + seconds));
        return;
      }
      System.out.printf(Locale.ROOT, "%n%.2f x: %.1f/s; ", factor, rate);
      measured.print();
      Run simulated = simulated(measured, rate);
      System.out.println("            offered   goodput/s    met %   p50 ms   p99 ms");
      row("live", live);
      row("simulated", simulated);
      // For comparison: were this as close to the live run, the delays would not have been the
      // point.
      row("undelayed", simulated(MeasuredRun.NONE, rate));
      Promises.header();
      Promises.atMost(
          "difference in goodput at %.2f x".formatted(factor),
          100 * Math.abs(live.goodput - simulated.goodput) / live.goodput,
          DIFFERENCE_PERCENT_MAX,
          "%");
    }
  }

  private static void row(String name, Run run) {
    System.out.printf(
        Locale.ROOT,
        "%-10s %,8d %11.1f %8.2f %8.1f %8.1f%n",
        name,
        run.offered,
        run.goodput,
        run.metPercent,
        run.p50,
        run.p99);
  }

  private Run live(Cluster cluster, double rate) throws Exception {
    if (noInputs) {
      cluster.withoutInputs();
    }
    cluster.worker("worker_dummy", "-n", Integer.toString(gpus));
    ClientProcess.Result result =
        cluster
            .client(
                "poisson-open-loop",
                Integer.toString(COPIES),
                text(rate),
                "--model",
                MODEL,
                "--slo-millis",
                Long.toString(sloMillis),
                "--seed",
                Long.toString(seed),
                "--warmup",
                text(warmUpSeconds),
                "--duration",
                text(seconds))
            .result(atMost(warmUpSeconds + seconds));
    if (!result.warnings().isEmpty()) {
      System.out.println("live:" + result.warnings());
    }
    return new Run(
        result.count("offered"),
        result.perSecond("met"),
        result.metPercent(),
        result.latencyMillis("p50"),
        result.latencyMillis("p99"));
  }

  private Run simulated(MeasuredRun measured, double rate) {
    Conditions conditions =
        new Conditions(
            measured.legs(JOINED_NANOS),
            0,
            0,
            WAKE_STEP_NANOS,
            Conditions.COMMON_GROUND.detectionNanos(),
            Conditions.COMMON_GROUND.linkBytesPerSecond());
    Latencies latencies = new Latencies();
    World world =
        new World(
            seed,
            conditions,
            SchedulerConfig.DEFAULT,
            Policies.named(policy),
            latencies,
            measured.tap(JOINED_NANOS));
    List<DeviceSpec> devices =
        new ArrayList<>(Collections.nCopies(gpus, SimulatedDevice.specWithPages(PAGES)));
    world.startWorker(
        new WorkerId("W0"),
        devices,
        List.of(Zoo.find(MODEL).orElseThrow()),
        measured.disturbance(JOINED_NANOS, world::nowNanos));
    GatewayId client = new GatewayId("G0");
    Workload workload =
        Workloads.named(
            "poisson-open-loop",
            List.of(Integer.toString(COPIES), Double.toString(rate)),
            Choices.PUBLISHED
                .withModel(MODEL)
                .withObjective(Objective.ofNanos(sloMillis * 1_000_000)));
    Measured part = new Measured(nanos(warmUpSeconds), nanos(seconds));
    world.at(JOINED_NANOS, () -> world.startClient(client, workload, part, seed));
    latencies.countFrom(JOINED_NANOS + nanos(warmUpSeconds));
    world.runUntil(JOINED_NANOS + part.runNanos() + DRAIN_NANOS);
    Totals totals = world.totals(client);
    return new Run(
        totals.offered(),
        totals.met() / seconds,
        100.0 * totals.met() / Math.max(1, totals.offered()),
        latencies.millis(50),
        latencies.millis(99));
  }

  private static long nanos(double time) {
    return Math.round(time * 1e9);
  }

  /** Of what succeeded after the warm-up. */
  private static final class Latencies implements Witness {
    private static final int DIGITS = 3;

    private final Histogram nanos = new Histogram(DIGITS);
    private long fromNanos;

    void countFrom(long trueNanos) {
      fromNanos = trueNanos;
    }

    @Override
    public void answered(GatewayId gateway, Answer answer, long now) {
      if (answer instanceof Answer.Succeeded success && now - success.latencyNanos() >= fromNanos) {
        nanos.recordValue(success.latencyNanos());
      }
    }

    double millis(double percentile) {
      return nanos.getValueAtPercentile(percentile) / 1e6;
    }
  }
}
