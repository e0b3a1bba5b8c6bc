package org.clockwork.gpunative.cuda;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelSpec;

/**
 * One registered model on one GPU: the addresses that it has for good, and the pages that lie
 * behind them while it is loaded.
 */
final class CudaModel {
  /** Of one page, on an H100: to take another away from there, to map it, and to open it. */
  private static final long MOVE_NANOS = 90_000;

  private final ModelSpec spec;
  private final Engine engine;
  private final HostedPlan plan;
  private final ModelRange range;
  private final Addresses addresses;

  /** Other weights under a running kernel would make its answer wrong; this sees to it. */
  private final AtomicBoolean inUse = new AtomicBoolean();

  private volatile Optional<GpuCode> code = Optional.empty();
  private volatile boolean loaded;

  private CudaModel(
      ModelSpec spec, Engine engine, HostedPlan plan, ModelRange range, Addresses addresses) {
    this.spec = spec;
    this.engine = engine;
    this.plan = plan;
    this.range = range;
    this.addresses = addresses;
  }

  /** Reserves its addresses on that GPU, and lets the shared areas grow to what it needs. */
  static CudaModel place(ModelSpec spec, HostedPlan plan, Engine engine) throws CudaException {
    OpenGpu gpu = engine.gpu();
    gpu.makeRoom(plan.ioBytes(), plan.workspaceBytes());
    int pageBytes = plan.plan().pageBytes();
    ModelRange range =
        ModelRange.reserve(gpu.context().index(), pageBytes, plan.plan().weights().pages());
    Addresses addresses =
        new Addresses(
            gpu.stage().io().address(),
            gpu.stage().workspace().address(),
            range.address(),
            pageBytes,
            plan.plan().weights().tensors());
    return new CudaModel(spec, engine, plan, range, addresses);
  }

  ModelSpec spec() {
    return spec;
  }

  Engine engine() {
    return engine;
  }

  HostedPlan plan() {
    return plan;
  }

  boolean loaded() {
    return loaded;
  }

  boolean hasCode() {
    return code.isPresent();
  }

  /** Brings its machine code onto the GPU; the caller sees to the bound. */
  void fetchCode(CudaStream stream) throws CudaException {
    code = Optional.of(GpuCode.load(plan.images(), plan.programs(), addresses, stream));
  }

  /** Gives its machine code up; it is not loaded. */
  void dropCode() throws CudaException {
    Optional<GpuCode> dropped = code;
    code = Optional.empty();
    if (dropped.isPresent()) {
      dropped.get().close();
    }
  }

  /**
   * Copies the weights into these pages, and puts them behind the model's addresses meanwhile.
   *
   * @param pool that they are of
   */
  void load(PagePool pool, PageSet pages) throws DeviceException {
    if (loaded) {
      throw new DeviceException(
          ErrorCode.WEIGHTS_ALREADY_LOADED, "model '" + spec.name() + "' is loaded already");
    }
    HostWeights weights = plan.weights();
    ExecStage stage = engine.gpu().stage();
    engine.call(
        ErrorCode.RUNTIME_ERROR,
        "LOAD of model '%s'".formatted(spec.name()),
        () ->
            engine
                .gpu()
                .load(weights.bytes())
                .run(
                    stream -> weights.copy(pool, pages, stream),
                    () -> range.put(pool, pages, stage.quiet(), patienceNanos())));
    loaded = true;
  }

  /** So long that pages are where they belong when the copies end. */
  private long patienceNanos() {
    return Math.max(0, plan.weights().likelyCopyNanos() - (plan.pages() - 1) * MOVE_NANOS);
  }

  /** The pages may be given to others from now on. */
  void unload() throws DeviceException {
    enter();
    try {
      engine.quarantine().check();
      loaded = false;
    } finally {
      inUse.set(false);
    }
  }

  /** Has no pages behind its addresses any more; it is not loaded. */
  void leavePages() throws CudaException {
    range.clear();
  }

  /**
   * Runs the batch whose inputs are in that slot, and leaves its outputs there.
   *
   * @return what the GPU took for it, by its own clock
   */
  long exec(int batch, GpuIoSlot slot) throws DeviceException {
    enter();
    try {
      Optional<GpuCode> kernels = code;
      if (!loaded || kernels.isEmpty()) {
        throw new DeviceException(
            ErrorCode.EXEC_WEIGHTS_MISSING,
            "model '" + spec.name() + "' is not loaded on this device");
      }
      return engine.call(
          ErrorCode.RUNTIME_ERROR,
          "EXEC of model '%s' with batch size %d".formatted(spec.name(), batch),
          () ->
              engine
                  .gpu()
                  .stage()
                  .run(
                      stream -> kernels.get().launch(batch, stream),
                      plan.layouts().get(batch),
                      slot.address()));
    } finally {
      inUse.set(false);
    }
  }

  private void enter() throws DeviceException {
    if (!inUse.compareAndSet(false, true)) {
      throw new DeviceException(
          ErrorCode.WEIGHTS_IN_USE, "model '" + spec.name() + "' is running on this device");
    }
  }

  /** Gives back what it has on the GPU but for its code; it is not loaded. */
  void leave() throws CudaException {
    range.close();
  }
}
