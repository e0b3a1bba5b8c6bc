package org.clockwork.gpunative.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.gpunative.compiled.ServedBatches;
import org.clockwork.gpunative.compiled.Target;
import org.clockwork.gpunative.profile.ObservedTimes;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * Takes compiled models into host memory and onto one GPU, and lets them go again. Used by the LOAD
 * executor alone.
 */
final class Registration {
  private final Engine engine;
  private final PlanFit fit;
  private final String deviceKind;
  private final ProfileStore profiles;
  private final HostBudget host;
  private final CodeCache code;
  private final Map<ModelSource.Compiled, Shared> plans = new HashMap<>();

  /** What the copies of a model share. */
  private static final class Shared {
    final HostedPlan plan;
    int copies;

    Shared(HostedPlan plan) {
      this.plan = plan;
    }
  }

  Registration(Engine engine, PlanFit fit, ProfileStore profiles, CodeCache code) {
    this.engine = engine;
    this.fit = fit;
    this.deviceKind = fit.spec().kind();
    this.profiles = profiles;
    this.host = new HostBudget(fit.settings().hostWeightsBytesMax());
    this.code = code;
  }

  /** A model that was tried, and how long its steps take. */
  record Registered(CudaModel model, Profile profile, ObservedTimes observed) {}

  Registered register(String name, ModelSource.Compiled source) throws DeviceException {
    Shared shared = shared(source);
    shared.copies++;
    boolean registered = false;
    try {
      Registered result = placed(name, shared.plan);
      registered = true;
      return result;
    } finally {
      if (!registered) {
        release(shared);
      }
    }
  }

  private Shared shared(ModelSource.Compiled source) throws DeviceException {
    Shared shared = plans.get(source);
    if (shared == null) {
      shared = new Shared(hosted(source));
      plans.put(source, shared);
    }
    return shared;
  }

  private HostedPlan hosted(ModelSource.Compiled source) throws DeviceException {
    CheckedModel checked = null;
    HostedPlan plan = null;
    try {
      checked = CheckedModel.open(source.folder(), fit::runs);
      plan = pinned(source, checked);
      return plan;
    } catch (PlanException e) {
      throw new DeviceException(
          ErrorCode.INVALID_MODEL_PATH,
          "model '%s': %s".formatted(source.name(), e.getMessage()),
          e);
    } finally {
      if (checked != null && plan == null) {
        checked.close();
      }
    }
  }

  private HostedPlan pinned(ModelSource.Compiled source, CheckedModel checked)
      throws DeviceException, PlanException {
    Target.Cuda target = fit.target(source, checked.plan());
    List<Batch> batches = ServedBatches.of(checked.plan(), source.settings());
    fit.check(source, checked.plan(), target, batches);
    long bytes = checked.weights().byteSize();
    host.take(source.name(), bytes);
    boolean pinned = false;
    try {
      HostedPlan plan =
          engine.call(
              ErrorCode.RUNTIME_ERROR,
              "%d bytes of pinned memory for the weights of model '%s'"
                  .formatted(bytes, source.name()),
              () -> HostedPlan.of(source, checked, target, batches));
      pinned = true;
      return plan;
    } finally {
      if (!pinned) {
        host.giveBack(bytes);
      }
    }
  }

  private Registered placed(String name, HostedPlan plan) throws DeviceException {
    CudaModel placed =
        engine.call(
            ErrorCode.RUNTIME_ERROR,
            "room for model '%s'".formatted(name),
            () -> CudaModel.place(plan.spec(name), plan, engine));
    boolean tried = false;
    try {
      code.fetch(placed);
      Profile profile = profile(placed);
      tried = true;
      return new Registered(placed, profile, new ObservedTimes(profile));
    } finally {
      if (!tried) {
        engine.givingBack(() -> forget(placed));
      }
    }
  }

  /** Compares with the goldens in any case; measures what nobody has measured here. */
  private Profile profile(CudaModel model) throws DeviceException {
    Trial trial =
        engine.call(
            ErrorCode.INSUFFICIENT_CACHE,
            "%d pages to try model '%s' in".formatted(model.plan().pages(), model.spec().name()),
            () -> Trial.of(model));
    try {
      trial.compareWithGolden();
      Optional<ProfileStore.Entry> stored = profiles.find(key(model.plan()));
      if (stored.isPresent()) {
        return stored.get().profile();
      }
      Profile profile = trial.measure();
      profiles.keep(key(model.plan()), new ProfileStore.Entry(profile, Optional.empty()));
      return profile;
    } finally {
      engine.givingBack(trial::close);
    }
  }

  private ProfileStore.Key key(HostedPlan plan) {
    return new ProfileStore.Key(
        plan.source().measurements(), deviceKind, plan.plan().sha256(), plan.batchSizes(), 0);
  }

  /** Forgets a model, which nothing uses any more, and keeps how long it took lately. */
  void withdraw(Registered registered) {
    CudaModel model = registered.model();
    registered
        .observed()
        .profile()
        .ifPresent(
            fresh ->
                profiles.keep(key(model.plan()), new ProfileStore.Entry(fresh, Optional.empty())));
    engine.givingBack(
        () -> {
          model.unload();
          forget(model);
        });
    release(plans.get(model.plan().source()));
  }

  private void forget(CudaModel model) throws CudaException {
    code.drop(model);
    model.leave();
  }

  private void release(Shared shared) {
    shared.copies--;
    if (shared.copies == 0) {
      plans.remove(shared.plan.source());
      host.giveBack(shared.plan.plan().weights().bytes());
      engine.givingBack(shared.plan::close);
    }
  }
}
