package org.clockwork.benchmarks.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.gpunative.cuda.CudaDevice;

/** One compiled model on a GPU, driven as its worker would. */
final class ModelOnGpu implements AutoCloseable {
  private final CudaDevice device;
  private final ModelId id;
  private final String name;
  private final Hosted hosted;
  private final CheckedModel checked;

  private ModelOnGpu(
      CudaDevice device, ModelId id, String name, Hosted hosted, CheckedModel checked) {
    this.device = device;
    this.id = id;
    this.name = name;
    this.hosted = hosted;
    this.checked = checked;
  }

  static ModelOnGpu register(CudaDevice device, int number, Path folder)
      throws DeviceException, PlanException {
    String name = folder.getFileName().toString();
    ModelId id = new ModelId(number);
    Hosted hosted = device.register(id, name, source(folder));
    return new ModelOnGpu(device, id, name, hosted, CheckedModel.open(folder, _ -> false));
  }

  ModelSource source() {
    return source(checked.plan().folder());
  }

  private static ModelSource source(Path folder) {
    return new ModelSource.Compiled(
        folder.getFileName().toString(), folder, folder, ModelSettings.NONE);
  }

  /** The same model once more, under another id. */
  ModelOnGpu copy(int number) throws DeviceException, PlanException {
    return register(device, number, checked.plan().folder());
  }

  String name() {
    return name;
  }

  Hosted hosted() {
    return hosted;
  }

  CheckedModel checked() {
    return checked;
  }

  List<Integer> batches() {
    return List.copyOf(hosted.profile().execNanos().keySet());
  }

  /** The pages from that one on, every other one. */
  PageSet pagesFrom(int first) {
    int[] indices = new int[hosted.profile().pages()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (first + 2 * i) % device.spec().pages();
    }
    return new PageSet(indices);
  }

  long load(PageSet pages) throws DeviceException {
    long begunNanos = System.nanoTime();
    device.load(id, pages);
    return System.nanoTime() - begunNanos;
  }

  void unload() throws DeviceException {
    device.unload(id);
  }

  void withdraw() {
    device.withdraw(id);
  }

  /** Batch sizes whose outputs are not the golden ones, with what is wrong. */
  List<String> wrong() throws DeviceException {
    List<String> wrong = new ArrayList<>();
    for (int batch : batches()) {
      Tensors inputs = checked.golden().inputs(batch);
      try (Inference inference = device.infer(id, batch, List.of(inputs))) {
        inference.input();
        inference.exec();
        Optional<String> difference = checked.golden().difference(inference.output().getFirst());
        difference.ifPresent(what -> wrong.add("b" + batch + ": " + what));
      }
    }
    return wrong;
  }

  /**
   * Durations of EXEC.
   *
   * @param device by the GPU's own clock
   * @param thread as the executor's thread sees them, launch and waking up included
   */
  record Execs(Quantiles device, Quantiles thread) {}

  /** Runs EXEC until told to stop, at most that many times; the first tenth doesn't count. */
  Execs exec(int batch, int runs, BooleanSupplier goesOn) throws DeviceException {
    long[] onDevice = new long[runs];
    long[] onThread = new long[runs];
    int count = 0;
    try (Inference inference = device.infer(id, batch, List.of(checked.golden().inputs(batch)))) {
      inference.input();
      for (int i = 0; i < 20; i++) {
        inference.exec();
      }
      while (count < runs && goesOn.getAsBoolean()) {
        long begunNanos = System.nanoTime();
        inference.exec();
        onThread[count] = System.nanoTime() - begunNanos;
        onDevice[count++] = inference.observed().nanos();
      }
    }
    if (count == 0) {
      throw new IllegalStateException("no EXEC of " + name + " was measured: no time was left");
    }
    return new Execs(Quantiles.of(onDevice, count), Quantiles.of(onThread, count));
  }

  @Override
  public void close() {
    checked.close();
  }
}
