package org.clockwork.gpunative.cuda;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.CompiledModel;
import org.clockwork.gpunative.compiled.Target;
import org.clockwork.gpunative.compiled.TargetCode;

/**
 * Whether a compiled model can run on one GPU at all, and which of its targets does.
 *
 * @param gpu as the driver counts
 * @param architecture 90 is compute capability 9.0
 */
record PlanFit(int gpu, int architecture, DeviceSpec spec, CudaSettings settings) {

  /** Whether the GPU runs what was made for that target. */
  boolean runs(Target target) {
    return target instanceof Target.Cuda cuda && cuda.runsOn(architecture / 10, architecture % 10);
  }

  /** The newest target that this GPU runs. */
  Target.Cuda target(ModelSource.Compiled source, CompiledModel plan) throws DeviceException {
    Optional<Target.Cuda> best =
        plan.targets().stream()
            .map(TargetCode::target)
            .filter(this::runs)
            .map(Target.Cuda.class::cast)
            .max(Comparator.comparingInt(Target.Cuda::minor));
    if (best.isPresent()) {
      return best.get();
    }
    String others =
        plan.targets().stream()
            .map(code -> code.target().toString())
            .filter(word -> word.startsWith("cuda:"))
            .map(word -> word.substring("cuda:".length()))
            .collect(Collectors.joining(" and "));
    throw unusable(
        source,
        "%s, GPU %d is sm_%d; compile with --target cuda:sm_%d"
            .formatted(
                others.isEmpty() ? "has no cubin" : "cubin is for " + others,
                gpu,
                architecture,
                architecture));
  }

  /** Refuses what is larger than its place. */
  void check(
      ModelSource.Compiled source, CompiledModel plan, Target.Cuda target, List<Batch> batches)
      throws DeviceException {
    spec.checkHolds(source.name(), plan.weights().pages());
    for (Batch batch : batches) {
      atMost(source, batch, "inputs and outputs", batch.ioBytes(), settings.ioBytesMax());
      atMost(
          source,
          batch,
          "workspace",
          batch.program(target).orElseThrow().workspaceBytes(),
          settings.workspaceBytesMax());
    }
  }

  private static void atMost(
      ModelSource.Compiled source, Batch batch, String what, long bytes, long most)
      throws DeviceException {
    if (bytes > most) {
      throw unusable(
          source,
          "batch size %d takes %d bytes of %s; at most %d are there. Serve smaller batches (batchSizes in settings.json)"
              .formatted(batch.size(), bytes, what, most));
    }
  }

  private static DeviceException unusable(ModelSource.Compiled source, String what) {
    return new DeviceException(
        ErrorCode.INVALID_MODEL_PATH, "model '%s': %s".formatted(source.name(), what));
  }
}
