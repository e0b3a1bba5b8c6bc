package org.clockwork.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;

/**
 * The scheduler's options as the published controller spells and prints them: {@code
 * schedule_ahead=10000000}, or with {@code --} before it. Times are in nanoseconds there;
 * controller.json has the same in milliseconds.
 */
final class PublishedOptions {
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private static final List<String> NAMES =
      List.of(
          "default_slo",
          "latest_delta",
          "schedule_ahead",
          "max_allowable_exec_time",
          "max_batch_size",
          "generate_inputs",
          "max_gpus");

  private final Map<String, Long> given = new TreeMap<>();

  @Option(names = "--default_slo", paramLabel = "NS", description = "defaultSloMillis, in ns.")
  void defaultSlo(String value) {
    take("default_slo", value, 1_000, HOUR_NANOS);
  }

  @Option(names = "--latest_delta", paramLabel = "NS", description = "latestDeltaMillis, in ns.")
  void latestDelta(String value) {
    take("latest_delta", value, 0, HOUR_NANOS);
  }

  @Option(
      names = "--schedule_ahead",
      paramLabel = "NS",
      description = "scheduleAheadMillis, in ns.")
  void scheduleAhead(String value) {
    take("schedule_ahead", value, 1_000, HOUR_NANOS);
  }

  @Option(
      names = "--max_allowable_exec_time",
      paramLabel = "NS",
      description = "maxExecMillis, in ns.")
  void maxAllowableExecTime(String value) {
    take("max_allowable_exec_time", value, 1_000, HOUR_NANOS);
  }

  @Option(names = "--max_batch_size", paramLabel = "N", description = "maxBatch.")
  void maxBatchSize(String value) {
    take("max_batch_size", value, 1, 4_096);
  }

  @Option(
      names = "--generate_inputs",
      paramLabel = "0|1",
      description = "Taken and told: what comes without input gets one anyway.")
  void generateInputs(String value) {
    take("generate_inputs", value, 0, 1);
  }

  @Option(
      names = "--max_gpus",
      paramLabel = "N",
      description = "Taken and told: there is no such bound here.")
  void maxGpus(String value) {
    take("max_gpus", value, 1, 1_000_000);
  }

  /**
   * Takes one that stands as a word, {@code key=value}.
   *
   * @throws UnusableException there is none of that name, or none with that value
   */
  void word(String word) {
    String name = word.substring(0, word.indexOf('='));
    String value = word.substring(word.indexOf('=') + 1);
    switch (name) {
      case "default_slo" -> defaultSlo(value);
      case "latest_delta" -> latestDelta(value);
      case "schedule_ahead" -> scheduleAhead(value);
      case "max_allowable_exec_time" -> maxAllowableExecTime(value);
      case "max_batch_size" -> maxBatchSize(value);
      case "generate_inputs" -> generateInputs(value);
      case "max_gpus" -> maxGpus(value);
      default ->
          throw new UnusableException(
              "%s: there is no option '%s'; there are %s"
                  .formatted(word, name, String.join(", ", NAMES)));
    }
  }

  /** The settings with what was given laid over them. */
  SchedulerConfig over(SchedulerConfig files) {
    return new SchedulerConfig(
        value("default_slo").orElse(files.defaultSloNanos()),
        files.sloBufferNanos(),
        value("schedule_ahead").orElse(files.scheduleAheadNanos()),
        value("latest_delta").orElse(files.latestDeltaNanos()),
        files.loadHorizonNanos(),
        files.maxLagNanos(),
        value("max_allowable_exec_time").orElse(files.maxExecNanos()),
        Math.toIntExact(value("max_batch_size").orElse(files.maxBatch())),
        files.controlLegNanos(),
        files.maxQueuedPerModel(),
        files.maxModels(),
        files.tenantWeights(),
        files.maxTenants());
  }

  /** Says what an option does not do here that it did in the published system. */
  void explain(Consumer<String> lines) {
    List<String> told = new ArrayList<>();
    if (given.containsKey("default_slo")) {
      told.add(
          "default_slo: the scheduler plans with it; a request without an objective gets its"
              + " gateway's (client --slo-millis, or defaultSloMillis in conf/gateway.json)");
    }
    if (given.containsKey("generate_inputs")) {
      told.add(
          "generate_inputs: a request that comes without input gets one from its worker, whatever"
              + " this says; clients send none with CLOCKWORK_DISABLE_INPUTS=1");
    }
    if (given.containsKey("max_gpus")) {
      told.add("max_gpus: there is no such bound here; every GPU of every worker is used");
    }
    told.forEach(lines);
  }

  private OptionalLong value(String name) {
    Long value = given.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private void take(String name, String text, long min, long max) {
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException _) {
      value = Long.MIN_VALUE;
    }
    if (value < min || value > max) {
      throw new UnusableException(
          "%s=%s: expected a whole number from %d to %d%s"
              .formatted(
                  name,
                  text,
                  min,
                  max,
                  max == HOUR_NANOS ? ", in nanoseconds: 10 ms is 10000000" : ""));
    }
    given.put(name, value);
  }
}
