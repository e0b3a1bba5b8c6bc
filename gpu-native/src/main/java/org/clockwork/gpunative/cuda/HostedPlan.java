package org.clockwork.gpunative.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.CompiledModel;
import org.clockwork.gpunative.compiled.Program;
import org.clockwork.gpunative.compiled.Target;
import org.clockwork.gpunative.compiled.TargetCode;

/** A compiled model in host memory, for GPUs that run that target. Copies of the model share it. */
final class HostedPlan implements AutoCloseable {
  private final CheckedModel checked;
  private final List<byte[]> images;
  private final HostWeights weights;
  private final Map<Integer, Program.Cuda> programs = new LinkedHashMap<>();
  private final Map<Integer, IoLayout> layouts = new LinkedHashMap<>();

  private HostedPlan(
      CheckedModel checked, Target.Cuda target, List<byte[]> images, HostWeights weights) {
    this.checked = checked;
    this.images = images;
    this.weights = weights;
    for (Batch batch : checked.plan().batches()) {
      programs.put(batch.size(), batch.program(target).orElseThrow());
      layouts.put(batch.size(), IoLayout.of(batch));
    }
  }

  /** Closes the model, too, when it is closed itself. */
  static HostedPlan of(CheckedModel checked, Target.Cuda target) throws CudaException {
    List<byte[]> images = new ArrayList<>();
    for (TargetCode.Module module : checked.plan().modules(target)) {
      images.add(checked.code(module));
    }
    return new HostedPlan(
        checked, target, images, HostWeights.of(checked.weights(), checked.plan().pageBytes()));
  }

  CompiledModel plan() {
    return checked.plan();
  }

  CheckedModel checked() {
    return checked;
  }

  HostWeights weights() {
    return weights;
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

  long workspaceBytes() {
    return programs.values().stream().mapToLong(Program::workspaceBytes).max().orElse(0);
  }

  long ioBytes() {
    return plan().batches().stream().mapToLong(Batch::ioBytes).max().orElse(0);
  }

  @Override
  public void close() throws CudaException {
    weights.close();
    checked.close();
  }
}
