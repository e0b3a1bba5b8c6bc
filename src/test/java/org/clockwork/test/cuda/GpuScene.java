package org.clockwork.test.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.gpunative.cuda.CudaDevice;
import org.clockwork.gpunative.cuda.CudaDriver;
import org.clockwork.gpunative.cuda.CudaSettings;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.test.compiled.GpuPerceptron;
import org.junit.jupiter.api.function.Executable;

/** One GPU of the stub with hand-made models on it, in the few verbs that scenes are told in. */
final class GpuScene implements AutoCloseable {
  static final int PAGES = 12;
  static final CudaSettings SETTINGS =
      new CudaSettings(
          OptionalLong.of((long) PAGES * DeviceSpec.PAGE_BYTES),
          4,
          1 << 20,
          1 << 20,
          1L << 30,
          1 << 20,
          100);

  private final CudaDevice device;
  private final Path folder;
  private final List<CheckedModel> goldens = new ArrayList<>();
  private int written;
  private final List<Hosted> models = new ArrayList<>();

  private GpuScene(CudaDevice device, Path folder) {
    this.device = device;
    this.folder = folder;
  }

  static GpuScene on(int gpu, CudaSettings settings, Path folder) throws DeviceException {
    assertEquals(CudaDriver.Answer.Here.class, CudaDriver.ask().getClass());
    return new GpuScene(CudaDevice.open(gpu, settings, ProfileStore.NONE), folder);
  }

  Tensors inputs(ModelId id, int batch) {
    return goldens.get(id.value()).golden().inputs(batch);
  }

  CudaDevice device() {
    return device;
  }

  /** Of three pages, or of one. */
  ModelId registered(boolean large) throws Exception {
    return registered(written(large, 90));
  }

  ModelId registered(Path plan) throws DeviceException, PlanException {
    ModelId id = new ModelId(models.size());
    models.add(
        device.register(
            id,
            "model-" + id,
            new ModelSource.Compiled(
                plan.getFileName().toString(), plan, plan, ModelSettings.NONE)));
    goldens.add(CheckedModel.open(plan, _ -> false));
    return id;
  }

  Path written(boolean large, int architecture) throws Exception {
    return written(large, architecture, "-DRIGHT");
  }

  /**
   * @param option of the compiler that makes the kernels
   */
  Path written(boolean large, int architecture, String option) throws Exception {
    Path plan = folder.resolve("plan-" + written++);
    GpuPerceptron.write(plan, architecture, large, models.size() + 1L, option);
    return plan;
  }

  Hosted hosted(ModelId id) {
    return models.get(id.value());
  }

  int pages(ModelId id) {
    return hosted(id).profile().pages();
  }

  /** That many different pages of the cache, in any order. */
  PageSet anyPages(int count, Random random) {
    List<Integer> all = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      all.add(page);
    }
    Collections.shuffle(all, random);
    return new PageSet(all.stream().limit(count).mapToInt(Integer::intValue).toArray());
  }

  void load(ModelId id, int... pages) throws DeviceException {
    device.load(id, new PageSet(pages));
  }

  /** Every batch size gives what it should. */
  void computesRight(ModelId id) throws DeviceException {
    for (int batch : hosted(id).profile().execNanos().keySet()) {
      assertEquals(Optional.empty(), difference(id, batch), "batch size " + batch);
    }
  }

  Optional<String> difference(ModelId id, int batch) throws DeviceException {
    CheckedModel golden = goldens.get(id.value());
    return golden.golden().difference(answer(id, batch));
  }

  Tensors answer(ModelId id, int batch) throws DeviceException {
    Tensors inputs = goldens.get(id.value()).golden().inputs(batch);
    try (Inference inference = device.infer(id, batch, List.of(inputs))) {
      inference.input();
      inference.exec();
      return inference.output().getFirst();
    }
  }

  /** The reason that a refusal gives. */
  static String refused(Executable call) {
    return assertThrows(DeviceException.class, call).getMessage();
  }

  static ErrorCode refusalCode(Executable call) {
    return assertThrows(DeviceException.class, call).code();
  }

  @Override
  public void close() {
    goldens.forEach(CheckedModel::close);
    device.close();
  }
}
