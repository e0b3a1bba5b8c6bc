package org.clockwork.gpunative.cuda;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.CompiledModel;
import org.clockwork.gpunative.compiled.Program;
import org.clockwork.gpunative.compiled.Target;

/** A compiled model in host memory, for GPUs that run that target. Copies of the model share it. */
final class HostedPlan implements AutoCloseable {
  private final ModelSource.Compiled source;
  private final CheckedModel checked;
  private final List<byte[]> images;
  private final HostWeights weights;
  private final Map<Integer, Program.Cuda> programs = new LinkedHashMap<>();
  private final Map<Integer, IoLayout> layouts = new LinkedHashMap<>();

  private HostedPlan(
      ModelSource.Compiled source, CheckedModel checked, List<byte[]> images, HostWeights weights) {
    this.source = source;
    this.checked = checked;
    this.images = images;
    this.weights = weights;
  }

  /**
   * Copies the weights into pinned memory. Closes the model, too, when it is closed itself.
   *
   * @param batches that are served
   */
  static HostedPlan of(
      ModelSource.Compiled source, CheckedModel checked, Target.Cuda target, List<Batch> batches)
      throws CudaException {
    HostedPlan plan =
        new HostedPlan(
            source,
            checked,
            checked.plan().modules(target).stream().map(checked::code).toList(),
            HostWeights.of(checked.weights(), checked.plan().pageBytes()));
    for (Batch batch : batches) {
      plan.programs.put(batch.size(), batch.program(target).orElseThrow());
      plan.layouts.put(batch.size(), IoLayout.of(batch));
    }
    return plan;
  }

  ModelSource.Compiled source() {
    return source;
  }

  CheckedModel checked() {
    return checked;
  }

  CompiledModel plan() {
    return checked.plan();
  }

  /** The model under that name, as clients see it. */
  ModelSpec spec(String name) {
    return plan().spec(name, source);
  }

  HostWeights weights() {
    return weights;
  }

  int pages() {
    return plan().weights().pages();
  }

  /** The target's cubins. */
  List<byte[]> images() {
    return images;
  }

  long codeBytes() {
    return images.stream().mapToLong(image -> image.length).sum();
  }

  /** By batch size, ascending. */
  Map<Integer, Program.Cuda> programs() {
    return programs;
  }

  /** By batch size, ascending. */
  Map<Integer, IoLayout> layouts() {
    return layouts;
  }

  List<Integer> batchSizes() {
    return List.copyOf(layouts.keySet());
  }

  long workspaceBytes() {
    return programs.values().stream().mapToLong(Program::workspaceBytes).max().orElse(0);
  }

  long ioBytes() {
    return layouts.values().stream().mapToLong(layout -> layout.batch().ioBytes()).max().orElse(0);
  }

  @Override
  public void close() throws CudaException {
    weights.close();
    checked.close();
  }
}
