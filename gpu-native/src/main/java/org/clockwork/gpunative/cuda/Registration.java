package org.clockwork.gpunative.cuda;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.CompiledModel;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.gpunative.compiled.Target;
import org.clockwork.gpunative.compiled.TargetCode;

/** Takes compiled models into host memory and onto one GPU, and lets them go again. */
final class Registration {
  private final Engine engine;
  private final DeviceSpec spec;
  private final int architecture;
  private final CodeCache code;

  /** By folder; copies of a model share one. */
  private final Map<Path, Shared> plans = new HashMap<>();

  private static final class Shared {
    final HostedPlan plan;
    int copies;

    Shared(HostedPlan plan) {
      this.plan = plan;
    }
  }

  Registration(Engine engine, DeviceSpec spec, int architecture, CodeCache code) {
    this.engine = engine;
    this.spec = spec;
    this.architecture = architecture;
    this.code = code;
  }

  /** A model that was tried and measured. */
  record Result(CudaModel model, Profile profile) {}

  Result register(String name, Path folder) throws DeviceException {
    Shared shared = shared(name, folder);
    shared.copies++;
    boolean registered = false;
    try {
      Result result = placed(name, shared.plan);
      registered = true;
      return result;
    } finally {
      if (!registered) {
        release(shared.plan);
      }
    }
  }

  private Shared shared(String name, Path folder) throws DeviceException {
    Shared shared = plans.get(folder);
    if (shared == null) {
      shared = new Shared(hosted(name, folder));
      plans.put(folder, shared);
    }
    return shared;
  }

  private HostedPlan hosted(String name, Path folder) throws DeviceException {
    CheckedModel checked;
    try {
      checked = CheckedModel.open(folder, this::runs);
    } catch (PlanException e) {
      throw new DeviceException(
          ErrorCode.INVALID_MODEL_PATH, "model '%s': %s".formatted(name, e.getMessage()), e);
    }
    boolean hosted = false;
    try {
      Target.Cuda target = target(name, checked.plan());
      refuseUnlessItFits(name, checked.plan());
      HostedPlan plan =
          engine.call(
              ErrorCode.RUNTIME_ERROR,
              "%d bytes of pinned memory for the weights of model '%s'"
                  .formatted(checked.weights().byteSize(), name),
              () -> HostedPlan.of(checked, target));
      hosted = true;
      return plan;
    } finally {
      if (!hosted) {
        checked.close();
      }
    }
  }

  private Result placed(String name, HostedPlan plan) throws DeviceException {
    ModelSpec model =
        new ModelSpec(
            name,
            name,
            plan.plan().inputSpecs(),
            plan.plan().outputs(),
            plan.plan().weights().bytes(),
            0);
    CudaModel placed =
        engine.call(
            ErrorCode.RUNTIME_ERROR,
            "room for model '%s'".formatted(name),
            () -> CudaModel.place(model, plan, engine));
    boolean tried = false;
    try {
      code.fetch(placed);
      Profile profile = tried(placed);
      tried = true;
      return new Result(placed, profile);
    } finally {
      if (!tried) {
        engine.givingBack(() -> forget(placed));
      }
    }
  }

  private Profile tried(CudaModel model) throws DeviceException {
    Trial trial =
        engine.call(
            ErrorCode.INSUFFICIENT_CACHE,
            "%d pages to try model '%s' in"
                .formatted(model.plan().plan().weights().pages(), model.spec().name()),
            () -> Trial.of(model));
    try {
      trial.compareWithGolden();
      return trial.measure();
    } finally {
      engine.givingBack(trial::close);
    }
  }

  /** Whether the GPU runs what was made for that target. */
  private boolean runs(Target target) {
    return target instanceof Target.Cuda cuda && cuda.runsOn(architecture / 10, architecture % 10);
  }

  /** The newest that this GPU runs. */
  private Target.Cuda target(String name, CompiledModel plan) throws DeviceException {
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
    throw new DeviceException(
        ErrorCode.INVALID_MODEL_PATH,
        "model '%s': %s, GPU %d is sm_%d; compile with --target cuda:sm_%d"
            .formatted(
                name,
                others.isEmpty() ? "has no cubin" : "cubin is for " + others,
                engine.gpu().context().index(),
                architecture,
                architecture));
  }

  private void refuseUnlessItFits(String name, CompiledModel plan) throws DeviceException {
    int pages = plan.weights().pages();
    if (pages > spec.pages()) {
      throw new DeviceException(
          ErrorCode.INSUFFICIENT_CACHE,
          "model '%s' needs %d pages and this device has %d in all; raise the size of its weights cache"
              .formatted(name, pages, spec.pages()));
    }
  }

  /** Forgets a model, which nothing uses any more. */
  void withdraw(CudaModel model) {
    engine.givingBack(
        () -> {
          model.unload();
          forget(model);
        });
    release(model.plan());
  }

  private void forget(CudaModel model) throws CudaException {
    code.drop(model);
    model.leave();
  }

  private void release(HostedPlan plan) {
    plans
        .values()
        .removeIf(
            shared -> {
              boolean last = shared.plan == plan && --shared.copies == 0;
              if (last) {
                engine.givingBack(plan::close);
              }
              return last;
            });
  }
}
