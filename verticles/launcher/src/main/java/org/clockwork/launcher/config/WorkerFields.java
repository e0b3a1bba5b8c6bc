package org.clockwork.launcher.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.gpunative.cuda.CudaSettings;
import org.clockwork.worker.DevicesConfig;
import org.clockwork.worker.WorkerNodeConfig;

/** The keys of {@code worker.json}. */
final class WorkerFields {
  private static final long MAX_CACHE_BYTES = 1L << 44;

  private WorkerFields() {}

  static WorkerNodeConfig read(JsonFields fields) {
    WorkerNodeConfig defaults = WorkerNodeConfig.DEFAULT;
    WorkerNodeConfig config =
        new WorkerNodeConfig(
            id(fields),
            path(fields, "modelRepository").or(defaults::modelRepository),
            path(fields, "profileCache").or(defaults::profileCache),
            new DevicesConfig(
                fields.object("cuda").map(WorkerFields::cuda).orElse(defaults.devices().cuda()),
                fields.object("onnx").map(WorkerFields::onnx).orElse(defaults.devices().onnx()),
                fields
                    .object("planCpu")
                    .map(WorkerFields::planCpu)
                    .orElse(defaults.devices().planCpu()),
                fields
                    .object("simulated")
                    .map(WorkerFields::simulated)
                    .orElse(defaults.devices().simulated())),
            fields.object("bounds").map(WorkerFields::bounds).orElse(defaults.bounds()),
            count(fields, "summarySeconds", 0, 86_400, defaults.summarySeconds()));
    fields.refuseOthers();
    return config;
  }

  private static Optional<WorkerId> id(JsonFields fields) {
    return fields
        .text("id")
        .filter(id -> !id.isBlank())
        .flatMap(
            id -> {
              try {
                return Optional.of(new WorkerId(id));
              } catch (IllegalArgumentException e) {
                fields.refuse("id", "can't be used: " + e.getMessage());
                return Optional.empty();
              }
            });
  }

  /** An empty text leaves it to the default. */
  private static Optional<Path> path(JsonFields fields, String key) {
    return fields.text(key).filter(text -> !text.isBlank()).map(Path::of);
  }

  private static DevicesConfig.Cuda cuda(JsonFields fields) {
    CudaSettings defaults = CudaSettings.DEFAULT;
    DevicesConfig.Cuda config =
        new DevicesConfig.Cuda(
            count(fields, "devices", 0, DevicesConfig.Cuda.ALL, DevicesConfig.Cuda.ALL),
            new CudaSettings(
                gpuCacheBytes(fields),
                count(fields, "ioSlots", 1, 65_536, defaults.ioSlots()),
                bytes(fields, "ioBytesMax", defaults.ioBytesMax()),
                bytes(fields, "workspaceBytesMax", defaults.workspaceBytesMax()),
                bytes(fields, "hostWeightsBytesMax", defaults.hostWeightsBytesMax()),
                bytes(fields, "codeBytesMax", defaults.codeBytesMax()),
                count(fields, "graphsMax", 1, 1 << 30, defaults.graphsMax())));
    fields.refuseOthers();
    return config;
  }

  /** 0 leaves it to what is free. */
  private static OptionalLong gpuCacheBytes(JsonFields fields) {
    long bytes = fields.integer("weightsCacheBytes", 0, MAX_CACHE_BYTES).orElse(0L);
    if (bytes > 0 && bytes < DeviceSpec.PAGE_BYTES) {
      fields.refuse(
          "weightsCacheBytes",
          "is %d; expected 0 for what is free, or a page of %d at least"
              .formatted(bytes, DeviceSpec.PAGE_BYTES));
      return OptionalLong.empty();
    }
    return bytes == 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private static long bytes(JsonFields fields, String key, long defaultBytes) {
    return fields.integer(key, 1, MAX_CACHE_BYTES).orElse(defaultBytes);
  }

  private static DevicesConfig.Onnx onnx(JsonFields fields) {
    DevicesConfig.Onnx defaults = DevicesConfig.Onnx.DEFAULT;
    DevicesConfig.Onnx config =
        new DevicesConfig.Onnx(
            count(fields, "devices", 0, 1_024, defaults.devices()),
            cacheBytes(fields, defaults.weightsCacheBytes()),
            count(fields, "ioSlots", 1, 65_536, defaults.ioSlots()));
    fields.refuseOthers();
    return config;
  }

  private static DevicesConfig.PlanCpu planCpu(JsonFields fields) {
    DevicesConfig.PlanCpu defaults = DevicesConfig.PlanCpu.DEFAULT;
    DevicesConfig.PlanCpu config =
        new DevicesConfig.PlanCpu(
            count(fields, "devices", 0, 1_024, defaults.devices()),
            cacheBytes(fields, defaults.weightsCacheBytes()),
            count(fields, "ioSlots", 1, 65_536, defaults.ioSlots()));
    fields.refuseOthers();
    return config;
  }

  private static DevicesConfig.Simulated simulated(JsonFields fields) {
    DevicesConfig.Simulated defaults = DevicesConfig.Simulated.DEFAULT;
    DevicesConfig.Simulated config =
        new DevicesConfig.Simulated(
            count(fields, "gpus", 0, 1_024, defaults.gpus()),
            cacheBytes(fields, defaults.weightsCacheBytes()),
            count(fields, "ioSlots", 1, 65_536, defaults.ioSlots()),
            fields.decimal("noiseSigma", 0, 1).orElse(defaults.noiseSigma()),
            fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(defaults.seed()));
    fields.refuseOthers();
    return config;
  }

  private static WorkerConfig bounds(JsonFields fields) {
    WorkerConfig defaults = WorkerConfig.DEFAULT;
    WorkerConfig config =
        new WorkerConfig(
            count(fields, "maxActions", 1, 10_000_000, defaults.maxActions()),
            count(fields, "maxEarlyInputs", 1, 10_000_000, defaults.maxEarlyInputs()),
            fields.integer("maxEarlyBytes", 1, MAX_CACHE_BYTES).orElse(defaults.maxEarlyBytes()),
            fields
                .millisAsNanos("earlyAgeMillis", 0.001, 3_600_000)
                .orElse(defaults.earlyAgeNanos()),
            fields.millisAsNanos("drainMillis", 0, 3_600_000).orElse(defaults.drainNanos()));
    fields.refuseOthers();
    return config;
  }

  private static long cacheBytes(JsonFields fields, long defaultBytes) {
    return fields
        .integer("weightsCacheBytes", DeviceSpec.PAGE_BYTES, MAX_CACHE_BYTES)
        .orElse(defaultBytes);
  }

  private static int count(JsonFields fields, String key, int min, int max, int defaultCount) {
    return fields.integer(key, min, max).map(Math::toIntExact).orElse(defaultCount);
  }
}
