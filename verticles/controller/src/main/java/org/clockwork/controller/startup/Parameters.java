package org.clockwork.controller.startup;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.scheduler.SchedulerConfig;

/** What stands before anything happens: where the logs go and what the scheduler goes by. */
final class Parameters {
  private Parameters() {}

  static void print(
      String policy, SchedulerConfig scheduler, LogConfig log, Consumer<String> lines) {
    lines.accept("Starting Clockwork Controller");
    Path directory = log.directory().toAbsolutePath().normalize();
    lines.accept("Logging requests to " + directory.resolve(TelemetryLog.REQUESTS));
    lines.accept("Logging actions to " + directory.resolve(TelemetryLog.ACTIONS));
    lines.accept("ConcurrentInferAndLoadScheduler using:");
    parameter("default_slo", scheduler.defaultSloNanos(), lines);
    parameter("latest_delta", scheduler.latestDeltaNanos(), lines);
    parameter("schedule_ahead", scheduler.scheduleAheadNanos(), lines);
    parameter("max_allowable_exec_time", scheduler.maxExecNanos(), lines);
    parameter("max_batch_size", scheduler.maxBatch(), lines);
    // The controller never makes inputs up: where a client sends none, the worker does.
    parameter("generate_inputs", 0, lines);
    // As many GPUs as come are used; there is no thread for each of them that would run out.
    parameter("max_gpus", "unlimited", lines);
    parameter("policy", policy, lines);
  }

  private static void parameter(String name, Object value, Consumer<String> lines) {
    lines.accept("         " + name + "=" + value);
  }
}
