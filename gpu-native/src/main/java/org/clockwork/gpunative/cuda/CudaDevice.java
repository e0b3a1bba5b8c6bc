package org.clockwork.gpunative.cuda;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.batch.BatchSizes;
import org.clockwork.gpunative.compiled.CompiledSource;
import org.clockwork.gpunative.compiled.InputRanges;
import org.clockwork.gpunative.nvml.GpuWatch;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * Runs compiled models on one NVIDIA GPU. While it executes, a batch takes a core for waiting, too.
 */
public final class CudaDevice implements Device {
  private final Engine engine;
  private final DeviceSpec spec;
  private final Registration registration;
  private final CodeCache code;
  private final Map<ModelId, Registration.Registered> models = new ConcurrentHashMap<>();

  private CudaDevice(Engine engine, DeviceSpec spec, Registration registration, CodeCache code) {
    this.engine = engine;
    this.spec = spec;
    this.registration = registration;
    this.code = code;
  }

  /**
   * Takes a GPU into use; its memory is reserved from now on.
   *
   * @param index as the driver counts
   * @param profiles where measured profiles are looked up and kept
   */
  public static CudaDevice open(int index, CudaSettings settings, ProfileStore profiles)
      throws DeviceException {
    Quarantine quarantine = new Quarantine(index);
    try {
      GpuContext context = GpuContext.open(index);
      if (!context.managesVirtualMemory()) {
        throw new DeviceException(
            ErrorCode.INVALID_GPU,
            "GPU %d (%s) or its driver can't map memory to addresses of our choice (virtual memory management), which takes Linux and CUDA 10.2"
                .formatted(index, context.name()));
      }
      OpenGpu gpu = OpenGpu.open(context, settings);
      DeviceSpec spec =
          new DeviceSpec(
              "cuda:" + context.name(),
              DeviceSpec.PAGE_BYTES,
              gpu.pages().count(),
              false,
              settings.ioSlots());
      Engine engine =
          new Engine(gpu, quarantine, GpuWatch.begin(index, context.busId(), quarantine::begin));
      CodeCache code = new CodeCache(settings.codeBytesMax(), settings.graphsMax(), engine);
      return new CudaDevice(
          engine,
          spec,
          new Registration(
              engine, new PlanFit(index, context.architecture(), spec, settings), profiles, code),
          code);
    } catch (CudaException e) {
      throw quarantine.told(e, ErrorCode.INVALID_GPU, "it can't be taken into use");
    }
  }

  @Override
  public DeviceSpec spec() {
    return spec;
  }

  @Override
  public boolean hosts(ModelSource source) {
    return CompiledSource.runsOn("cuda", source);
  }

  @Override
  public Hosted register(ModelId id, String name, ModelSource source) throws DeviceException {
    ModelSource.Compiled compiled = CompiledSource.of(source);
    Registration.Registered registered = registration.register(name, compiled);
    models.put(id, registered);
    return new Hosted(registered.model().spec(), registered.profile());
  }

  @Override
  public OptionalLong workspaceBytes(ModelId id) throws DeviceException {
    return OptionalLong.of(registered(id, ErrorCode.UNKNOWN_MODEL).model().plan().workspaceBytes());
  }

  @Override
  public void withdraw(ModelId id) {
    Registration.Registered registered = models.remove(id);
    if (registered != null) {
      registration.withdraw(registered);
    }
  }

  @Override
  public void load(ModelId id, PageSet pages) throws DeviceException {
    Registration.Registered registered = registered(id, ErrorCode.LOAD_UNKNOWN_MODEL);
    CudaModel model = registered.model();
    pages.checkCount(model.spec().name(), model.plan().pages());
    code.fetch(model);
    long begunNanos = System.nanoTime();
    model.load(engine.gpu().pages(), pages);
    registered.observed().loadedSince(begunNanos);
  }

  @Override
  public void unload(ModelId id) throws DeviceException {
    registered(id, ErrorCode.UNLOAD_UNKNOWN_MODEL).model().unload();
  }

  @Override
  public Inference infer(ModelId id, int bucket, int batch, List<Tensors> inputs)
      throws DeviceException {
    Registration.Registered registered = registered(id, ErrorCode.INPUT_UNKNOWN_MODEL);
    CudaModel model = registered.model();
    IoLayout layout = model.plan().layouts().get(batch);
    if (layout == null) {
      throw new DeviceException(
          ErrorCode.INPUT_INVALID_BATCH_SIZE,
          "model '%s' has no batch size %d; it has %s"
              .formatted(model.spec().name(), batch, model.plan().layouts().keySet()));
    }
    BatchSizes.check(model.spec(), batch, inputs);
    new InputRanges(model.spec().name(), model.plan().plan().inputs()).check(inputs);
    GpuIoSlot slot = engine.gpu().freeSlots().poll();
    if (slot == null) {
      throw new DeviceException(
          ErrorCode.IO_POOL_EXHAUSTED,
          "all %d io slots of this device are taken".formatted(spec.ioSlots()));
    }
    boolean ready = false;
    try {
      engine.call(
          ErrorCode.INPUT_HOST_ALLOCATION,
          "an io slot of %d bytes".formatted(layout.batch().ioBytes()),
          () -> slot.growTo(layout.batch().ioBytes()));
      ready = true;
    } finally {
      if (!ready) {
        engine.gpu().freeSlots().add(slot);
      }
    }
    return new CudaInference(
        model,
        layout,
        inputs,
        slot,
        new CudaInference.Listener() {
          @Override
          public void executedSince(long begunNanos) {
            registered.observed().executedSince(batch, begunNanos);
          }

          @Override
          public void closed() {
            engine.gpu().freeSlots().add(slot);
          }
        });
  }

  private Registration.Registered registered(ModelId id, ErrorCode unknown) throws DeviceException {
    Registration.Registered registered = models.get(id);
    if (registered == null) {
      throw new DeviceException(unknown, "model %s is not registered on this device".formatted(id));
    }
    return registered;
  }

  /** Gives the GPU back. The caller has seen to it that nothing runs any more. */
  @Override
  public void close() {
    engine.watch().close();
    models.values().forEach(registration::withdraw);
    models.clear();
    engine.close();
  }
}
