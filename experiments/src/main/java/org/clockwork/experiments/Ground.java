package org.clockwork.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Legs;
import org.clockwork.core.workload.Choices;

/** What experiments have in common, and the words for it. */
public final class Ground {
  /** For every table. */
  public static final String COMMON =
      """
      simulated: legs of 0.2 ms each way between client and controller and between controller and worker, normal jitter of
      sigma 0.05 ms; executions with noise of sigma 0.1 %; worker clocks skewed by up to 1 ms; inputs take no time. A refused
      closed-loop client comes again after 10 ms +- 50 %, or at the hint where that is later, but after 20 ms at the latest.\
      """;

  static final String AT_CONTROLLER_REMARK =
      "legs of 0.05 ms with sigma 0.0125 ms, judged at the controller: none between it and its"
          + " clients";

  /** Of the common ground, each way. */
  static final long LEG_NANOS = 200_000;

  static final String SLO_MS = "slo_ms";
  static final String RATE = "rate_per_s";

  /** So long nothing counts at first: models are loaded, estimates learned. */
  static final long WARM_UP_SECONDS = 10;

  private static final long MEASURED_SECONDS = 60;

  /** What the largest batch of the published ResNet-50 (v2) attains on one GPU: 16 in 17.33 ms. */
  static final double RESNET50_V2_PER_SECOND = 16 / 0.01733;

  /** The tight objectives: 2.9 ms, and each half as much more. */
  private static final double TIGHTEST_MS = 2.9;

  /** Whose figures stand beside the paper's. */
  static final String PUBLISHED_POLICY = "infer5";

  private static final double TIGHT_STEP = 1.5;

  /** The common ground but for the time between clients and controller, of which there is none. */
  static final Conditions AT_CONTROLLER =
      new Conditions(
          new ToWorkersOnly(Legs.normal(50_000, 12_500)),
          Conditions.COMMON_GROUND.execSigma(),
          Conditions.COMMON_GROUND.skewNanosMax(),
          Conditions.COMMON_GROUND.wakeStepNanos(),
          Conditions.COMMON_GROUND.detectionNanos(),
          Conditions.COMMON_GROUND.linkBytesPerSecond());

  private Ground() {}

  /** Messages between controller and gateways take no time. */
  private record ToWorkersOnly(Legs legs) implements Legs {
    @Override
    public long nanos(Leg leg, long sentNanos, RandomGenerator chance) {
      return switch (leg) {
        case GATEWAY_TO_CONTROLLER, CONTROLLER_TO_GATEWAY -> 0;
        case CONTROLLER_TO_WORKER, WORKER_TO_CONTROLLER, GATEWAY_TO_WORKER, WORKER_TO_GATEWAY ->
            legs.nanos(leg, sentNanos, chance);
      };
    }

    @Override
    public long longestNanos() {
      return legs.longestNanos();
    }
  }

  /** The k-th of the tight objectives, from 0; rounded, so that 4.35 is 4.35. */
  static double tightMillis(int k) {
    return Math.round(TIGHTEST_MS * Math.pow(TIGHT_STEP, k) * 1e6) / 1e6;
  }

  static Measured zoo(String name) {
    return Zoo.find(name).orElseThrow(() -> new IllegalArgumentException("no model " + name));
  }

  /** The same model under a name of its own. */
  static Measured named(Measured model, String name) {
    ModelSpec spec = model.spec();
    return new Measured(
        new ModelSpec(
            name,
            name,
            spec.inputs(),
            spec.outputs(),
            spec.weightsBytes(),
            spec.defaultSloNanos(),
            spec.lengths()),
        model.profiles(),
        model.settings());
  }

  static Objective objective(double sloMillis) {
    return Objective.ofNanos(Math.round(sloMillis * 1e6));
  }

  static Choices choices(String model, double sloMillis) {
    return Choices.PUBLISHED.withModel(model).withObjective(objective(sloMillis));
  }

  /** The published load for this many models at this many requests per second in all. */
  static List<String> words(Object... parameters) {
    return List.of(parameters).stream().map(Object::toString).toList();
  }

  /** What the published policy does otherwise here than as published, and can be told by. */
  static String publishedPolicy() {
    SchedulerConfig config = SchedulerConfig.DEFAULT;
    return String.format(
        Locale.ROOT,
        "`%s` has the published rules without their faults, and other constants: batches of up to"
            + " %d (published: 8); it aims %.0f ms before the deadline, but by no more than a"
            + " quarter of the objective (published: %.0f ms whatever the objective); %.0f ms of"
            + " work are kept outstanding at a GPU (paper: 5 ms).",
        PUBLISHED_POLICY,
        config.maxBatch(),
        config.sloBufferNanos() / 1e6,
        config.sloBufferNanos() / 1e6,
        config.scheduleAheadNanos() / 1e6);
  }

  /** What a batch of that size takes. */
  static double execMillis(String model, int batch) {
    return zoo(model).profile().execNanos().get(batch) / 1e6;
  }

  /** Measured for a minute after the warm-up. */
  static Measurement minute(Extent extent) {
    return Measurement.of(extent.nanosOf(WARM_UP_SECONDS), extent.nanosOf(MEASURED_SECONDS));
  }

  static SequencedMap<String, Value> at() {
    return new LinkedHashMap<>();
  }

  static SequencedMap<String, Value> at(String column, Value value) {
    SequencedMap<String, Value> point = at();
    point.put(column, value);
    return point;
  }

  static SequencedMap<String, Value> at(String column, Value value, String other, Value second) {
    SequencedMap<String, Value> point = at(column, value);
    point.put(other, second);
    return point;
  }

  static SequencedMap<String, Value> at(
      String column, Value value, String other, Value second, String last, Value third) {
    SequencedMap<String, Value> point = at(column, value, other, second);
    point.put(last, third);
    return point;
  }
}
