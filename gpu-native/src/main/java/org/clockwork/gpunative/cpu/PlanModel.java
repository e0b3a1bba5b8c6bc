package org.clockwork.gpunative.cpu;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.batch.BatchBuffers;
import org.clockwork.gpunative.profile.ObservedTimes;

/** One registered model: where its weights appear while it is loaded, and all that runs it. */
final class PlanModel implements AutoCloseable {
  private final ModelSpec spec;
  private final Profile profile;
  private final PreparedPlan plan;
  private final AddressRange weights;
  private final Bindings bindings;
  private final ObservedTimes observed;

  /**
   * Unmapping weights under a kernel would take down the process; the worker never does it, and
   * this makes sure.
   */
  private final AtomicBoolean inUse = new AtomicBoolean();

  private volatile boolean loaded;

  PlanModel(ModelSpec spec, Profile profile, PreparedPlan plan, Area workspace, List<Area> slots) {
    this.spec = spec;
    this.profile = profile;
    this.plan = plan;
    this.weights = new AddressRange(profile.pages());
    this.bindings = new Bindings(plan, weights, workspace, slots);
    this.observed = new ObservedTimes(profile);
  }

  ModelSpec spec() {
    return spec;
  }

  Profile profile() {
    return profile;
  }

  PreparedPlan plan() {
    return plan;
  }

  BatchBuffers buffers(int batch, int slot) {
    return bindings.buffers(batch, slot);
  }

  void load(PagePool pool, PageSet pages) throws DeviceException {
    if (loaded) {
      throw new DeviceException(
          ErrorCode.WEIGHTS_ALREADY_LOADED, "model '" + spec.name() + "' is loaded already");
    }
    long begunNanos = System.nanoTime();
    pool.load(plan.model().weights(), pages, weights);
    loaded = true;
    observed.loadedSince(begunNanos);
  }

  void unload() throws DeviceException {
    enter();
    try {
      loaded = false;
      weights.unmap();
    } finally {
      inUse.set(false);
    }
  }

  void exec(int batch, int slot, Area io, ProgramRun how) throws DeviceException {
    enter();
    try {
      if (!loaded) {
        throw new DeviceException(
            ErrorCode.EXEC_WEIGHTS_MISSING,
            "model '" + spec.name() + "' is not loaded on this device");
      }
      long begunNanos = System.nanoTime();
      bindings.run(batch, slot, io, how);
      observed.executedSince(batch, begunNanos);
    } finally {
      inUse.set(false);
    }
  }

  /** The profile with what was observed since, where it differs by more than noise. */
  Optional<Profile> observedProfile() {
    return observed.profile();
  }

  private void enter() throws DeviceException {
    if (!inUse.compareAndSet(false, true)) {
      throw new DeviceException(
          ErrorCode.WEIGHTS_IN_USE, "model '" + spec.name() + "' is running on this device");
    }
  }

  /** It is not loaded any more. */
  @Override
  public void close() {
    bindings.close();
    weights.close();
  }
}
