package org.clockwork.gpunative.cpu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.CompiledModel;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.gpunative.compiled.Program;
import org.clockwork.gpunative.compiled.ServedBatches;
import org.clockwork.gpunative.compiled.Target;
import org.clockwork.gpunative.compiled.TargetCode;

/**
 * A compiled model that was checked and fits a device, with its kernels linked into this process.
 * Copies of a model share it.
 */
final class PreparedPlan implements AutoCloseable {
  private final ModelSource.Compiled source;
  private final CheckedModel model;
  private final Target.Cpu target;
  private final List<Batch> batches;
  private final List<KernelLibrary> modules = new ArrayList<>();

  private PreparedPlan(ModelSource.Compiled source, CheckedModel model, CpuFeatures processor)
      throws DeviceException, PlanException {
    this.source = source;
    this.model = model;
    this.target = best(processor);
    this.batches = ServedBatches.of(plan(), source.settings());
  }

  /** Reads and checks all of it, then links its kernels; runs none of them yet. */
  static PreparedPlan of(ModelSource.Compiled source, DeviceSpec device, CpuFeatures processor)
      throws DeviceException {
    try {
      CheckedModel model = CheckedModel.open(source.folder(), processor::runs);
      try {
        PreparedPlan prepared = new PreparedPlan(source, model, processor);
        prepared.checkFits(device);
        prepared.link();
        return prepared;
      } catch (DeviceException | PlanException | RuntimeException | Error e) {
        model.close();
        throw e;
      }
    } catch (PlanException e) {
      throw unusable(source, e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw unusable(
          source,
          "its weights don't fit into the memory outside the heap; raise -XX:MaxDirectMemorySize (%s)"
              .formatted(e.getMessage()),
          e);
    }
  }

  ModelSource.Compiled source() {
    return source;
  }

  CheckedModel model() {
    return model;
  }

  CompiledModel plan() {
    return model.plan();
  }

  Target.Cpu target() {
    return target;
  }

  /** Those that are served, ascending. */
  List<Batch> batches() {
    return batches;
  }

  List<Integer> batchSizes() {
    return batches.stream().map(Batch::size).toList();
  }

  List<KernelLibrary> modules() {
    return modules;
  }

  /** Where a tensor lies if all pages follow each other. */
  long offset(int tensor) {
    return plan().weights().tensors().get(tensor).extent(plan().pageBytes()).offset();
  }

  long ioBytes() {
    return batches.stream().mapToLong(Batch::ioBytes).max().orElse(0);
  }

  long workspaceBytes() {
    return batches.stream().mapToLong(batch -> program(batch).workspaceBytes()).max().orElse(0);
  }

  Program.Cpu program(Batch batch) {
    return batch.program(target).orElseThrow();
  }

  /** The model under that name, as clients see it. */
  ModelSpec spec(String name) {
    return plan().spec(name, source);
  }

  private Target.Cpu best(CpuFeatures processor) throws DeviceException {
    List<Target> targets = plan().targets().stream().map(TargetCode::target).toList();
    Optional<Target.Cpu> best =
        targets.stream()
            .filter(processor::runs)
            .map(Target.Cpu.class::cast)
            .max(Comparator.comparing(Target.Cpu::level));
    return best.orElseThrow(
        () ->
            unusable(
                source,
                "it is compiled for %s, and this processor runs up to cpu:%s; compile it with --target cpu"
                    .formatted(targets, processor.level()),
                null));
  }

  private void checkFits(DeviceSpec device) throws DeviceException {
    device.checkHolds(source.name(), plan().weights().pages());
    atMost("inputs and outputs", ioBytes(), PlanCpuDevice.IO_BYTES_MAX);
    atMost("workspace", workspaceBytes(), PlanCpuDevice.WORKSPACE_BYTES_MAX);
  }

  private void atMost(String what, long bytes, long max) throws DeviceException {
    if (bytes > max) {
      throw unusable(
          source,
          "its largest batch takes %d bytes of %s; at most %d are there. Serve smaller batches (batchSizes in settings.json)"
              .formatted(bytes, what, max),
          null);
    }
  }

  private void link() throws DeviceException {
    for (TargetCode.Module module : plan().modules(target)) {
      try {
        modules.add(new KernelLibrary(model.code(module)));
      } catch (IOException | IllegalArgumentException | IllegalStateException e) {
        closeModules();
        throw unusable(
            source,
            "%s can't be linked: %s".formatted(plan().file(module.file()), e.getMessage()),
            e);
      }
    }
  }

  private void closeModules() {
    modules.forEach(KernelLibrary::close);
    modules.clear();
  }

  private static DeviceException unusable(
      ModelSource.Compiled source, String what, Throwable cause) {
    return new DeviceException(
        ErrorCode.INVALID_MODEL_PATH, "model '%s': %s".formatted(source.name(), what), cause);
  }

  /** Nothing of it runs any more. */
  @Override
  public void close() {
    closeModules();
    model.close();
  }
}
