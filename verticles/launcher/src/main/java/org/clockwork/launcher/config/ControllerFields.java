package org.clockwork.launcher.config;

import java.nio.file.Path;
import java.util.SortedMap;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.TenantFields;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.controller.recording.RecordingConfig;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;

/** The keys of {@code controller.json}. */
final class ControllerFields {
  private static final double HOUR_MILLIS = 3_600_000;

  private ControllerFields() {}

  static ControllerConfig read(JsonFields fields) {
    ControllerConfig defaults = ControllerConfig.DEFAULT;
    String policy = fields.text("policy").orElse(defaults.policy());
    if (!Policies.names().contains(policy)) {
      fields.refuse(
          "policy", "is '%s'; there are %s".formatted(policy, String.join(", ", Policies.names())));
      policy = defaults.policy();
    }
    ControllerConfig config =
        new ControllerConfig(
            policy,
            fields
                .object("scheduler")
                .map(ControllerFields::scheduler)
                .orElse(defaults.scheduler()),
            fields.object("log").map(ControllerFields::log).orElse(defaults.log()),
            fields
                .object("recording")
                .map(ControllerFields::recording)
                .orElse(defaults.recording()),
            count(fields, "explainedRequests", 10_000_000, defaults.explainedRequests()),
            count(fields, "usageTenants", 100_000, defaults.usageTenants()),
            fields
                .integer("summarySeconds", 0, 86_400)
                .map(Math::toIntExact)
                .orElse(defaults.summarySeconds()));
    fields.refuseOthers();
    return config;
  }

  private static SchedulerConfig scheduler(JsonFields fields) {
    SchedulerConfig defaults = SchedulerConfig.DEFAULT;
    SchedulerConfig config =
        new SchedulerConfig(
            millis(fields, "defaultSloMillis", 0.001, defaults.defaultSloNanos()),
            millis(fields, "sloBufferMillis", 0, defaults.sloBufferNanos()),
            millis(fields, "scheduleAheadMillis", 0.001, defaults.scheduleAheadNanos()),
            millis(fields, "latestDeltaMillis", 0, defaults.latestDeltaNanos()),
            millis(fields, "loadHorizonMillis", 0.001, defaults.loadHorizonNanos()),
            millis(fields, "maxLagMillis", 0.001, defaults.maxLagNanos()),
            millis(fields, "maxExecMillis", 0.001, defaults.maxExecNanos()),
            count(fields, "maxBatch", 4_096, defaults.maxBatch()),
            millis(fields, "controlLegMillis", 0, defaults.controlLegNanos()),
            count(fields, "maxQueuedPerModel", 10_000_000, defaults.maxQueuedPerModel()),
            count(fields, "maxModels", 1_000_000, defaults.maxModels()),
            fields
                .object("tenantWeights")
                .<SortedMap<String, Double>>map(TenantFields::weights)
                .orElse(defaults.tenantWeights()),
            count(fields, "maxTenants", 10_000, defaults.maxTenants()));
    fields.refuseOthers();
    return config;
  }

  private static LogConfig log(JsonFields fields) {
    LogConfig defaults = LogConfig.DEFAULT;
    LogConfig config =
        new LogConfig(
            fields.text("directory").map(Path::of).orElse(defaults.directory()),
            fields.integer("rotateBytes", 4_096, 1L << 50).orElse(defaults.rotateBytes()),
            fields
                .integer("filesKept", 0, 10_000)
                .map(Math::toIntExact)
                .orElse(defaults.filesKept()),
            count(fields, "maxQueuedEvents", 10_000_000, defaults.maxQueuedEvents()));
    fields.refuseOthers();
    return config;
  }

  private static RecordingConfig recording(JsonFields fields) {
    RecordingConfig defaults = RecordingConfig.DEFAULT;
    RecordingConfig config =
        new RecordingConfig(
            fields.text("file").filter(text -> !text.isBlank()).map(Path::of),
            fields
                .integer("maxBytes", RecordingConfig.BYTES_MIN, 1L << 50)
                .orElse(defaults.maxBytes()),
            fields.integer("bufferBytes", 65_536, 1L << 40).orElse(defaults.bufferBytes()));
    fields.refuseOthers();
    return config;
  }

  private static long millis(JsonFields fields, String key, double minMillis, long defaultNanos) {
    return fields.millisAsNanos(key, minMillis, HOUR_MILLIS).orElse(defaultNanos);
  }

  private static int count(JsonFields fields, String key, int max, int defaultCount) {
    return fields.integer(key, 1, max).map(Math::toIntExact).orElse(defaultCount);
  }
}
