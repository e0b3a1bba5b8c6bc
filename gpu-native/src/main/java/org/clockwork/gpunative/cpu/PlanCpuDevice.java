package org.clockwork.gpunative.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.batch.BatchInference;
import org.clockwork.gpunative.batch.BatchSizes;
import org.clockwork.gpunative.compiled.CompiledSource;
import org.clockwork.gpunative.compiled.InputRanges;
import org.clockwork.gpunative.profile.Processor;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * Runs compiled models on one core of this machine: weights in pages that LOAD copies them to, one
 * workspace, io slots, all at addresses that never change.
 */
public final class PlanCpuDevice implements Device {
  /** Of one batch: a hundred times what 16 images take. */
  static final long IO_BYTES_MAX = 1L << 30;

  /** Of one batch: ResNet-50 takes 0.1 GB for 16 images. */
  static final long WORKSPACE_BYTES_MAX = 8L << 30;

  private final DeviceSpec spec;
  private final ProfileStore profiles;
  private final CpuFeatures processor;
  private final ProgramRun how;
  private final Map<ModelId, PlanModel> models = new ConcurrentHashMap<>();
  private final PagePool pool;
  private final Area workspace = new Area(WORKSPACE_BYTES_MAX);
  private final List<Area> slots = new ArrayList<>();
  private final ArrayBlockingQueue<Integer> freeSlots;

  /**
   * Makes a device without models, and takes the memory of its weights cache.
   *
   * @param spec as {@link #spec(long, int, boolean)} makes it, or like it
   * @param profiles where measured profiles are looked up and kept
   */
  public PlanCpuDevice(DeviceSpec spec, ProfileStore profiles) {
    this(spec, profiles, CpuFeatures.here(), ProgramRun.PLAIN);
  }

  private PlanCpuDevice(
      DeviceSpec spec, ProfileStore profiles, CpuFeatures processor, ProgramRun how) {
    this.spec = spec;
    this.profiles = profiles;
    this.processor = processor;
    this.how = how;
    this.pool = new PagePool(spec.pages());
    this.freeSlots = new ArrayBlockingQueue<>(spec.ioSlots());
    for (int slot = 0; slot < spec.ioSlots(); slot++) {
      slots.add(new Area(IO_BYTES_MAX));
      freeSlots.add(slot);
    }
  }

  /**
   * One that looks after every EXEC: what ops read must be what others wrote in the same EXEC, and
   * nothing outside a program's areas may change. For tests.
   */
  public static PlanCpuDevice watched(
      DeviceSpec spec, ProfileStore profiles, CpuFeatures processor) {
    return new PlanCpuDevice(spec, profiles, processor, ProgramRun.WATCHED);
  }

  /** A device of this machine's processor, with as many whole pages as fit into that many bytes. */
  public static DeviceSpec spec(long weightsCacheBytes, int ioSlots, boolean loadExcludesExec) {
    return new DeviceSpec(
        kind(),
        DeviceSpec.PAGE_BYTES,
        Math.toIntExact(weightsCacheBytes / DeviceSpec.PAGE_BYTES),
        loadExcludesExec,
        ioSlots);
  }

  /** {@code plan-cpu:} and the processor's name: machines of one kind share profiles. */
  public static String kind() {
    return "plan-cpu:" + Processor.name();
  }

  /** Why this machine can't have such a device; empty where it can. */
  public static Optional<String> obstacle() {
    String system = System.getProperty("os.name");
    String architecture = System.getProperty("os.arch");
    return system.equals("Linux") && architecture.equals("amd64")
        ? Optional.empty()
        : Optional.of(
            "compiled models run on Linux on x86-64 only; this is %s on %s"
                .formatted(system, architecture));
  }

  @Override
  public DeviceSpec spec() {
    return spec;
  }

  @Override
  public boolean hosts(ModelSource source) {
    return CompiledSource.runsOn("cpu", source);
  }

  @Override
  public Hosted register(ModelId id, String name, ModelSource source) throws DeviceException {
    ModelSource.Compiled compiled = CompiledSource.of(source);
    Optional<PlanModel> copy =
        models.values().stream().filter(known -> known.plan().source().equals(compiled)).findAny();
    PreparedPlan plan =
        copy.isPresent() ? copy.get().plan() : PreparedPlan.of(compiled, spec, processor);
    try {
      Profile profile = copy.isPresent() ? copy.get().profile() : profile(plan);
      workspace.grow(plan.workspaceBytes());
      slots.forEach(slot -> slot.grow(plan.ioBytes()));
      PlanModel model = new PlanModel(plan.spec(name), profile, plan, workspace, slots);
      models.put(id, model);
      return new Hosted(model.spec(), profile);
    } catch (IllegalStateException e) {
      letGo(plan, copy);
      throw new DeviceException(
          ErrorCode.RUNTIME_ERROR,
          "model '%s' can't be placed in this machine's memory: %s"
              .formatted(source.name(), e.getMessage()),
          e);
    } catch (DeviceException | RuntimeException | Error e) {
      letGo(plan, copy);
      throw e;
    }
  }

  /** What another copy runs stays. */
  private static void letGo(PreparedPlan plan, Optional<PlanModel> copy) {
    if (copy.isEmpty()) {
      plan.close();
    }
  }

  private Profile profile(PreparedPlan plan) throws DeviceException {
    try (Trial trial = new Trial(plan)) {
      trial.checkGoldens();
      ProfileStore.Key key = key(plan);
      Optional<ProfileStore.Entry> stored = profiles.find(key);
      if (stored.isPresent()) {
        return stored.get().profile();
      }
      Profile profile = trial.measure();
      profiles.keep(key, new ProfileStore.Entry(profile, Optional.empty()));
      return profile;
    }
  }

  private ProfileStore.Key key(PreparedPlan plan) {
    return new ProfileStore.Key(
        plan.source().measurements(), spec.kind(), plan.plan().sha256(), plan.batchSizes(), 0);
  }

  @Override
  public OptionalLong workspaceBytes(ModelId id) throws DeviceException {
    return OptionalLong.of(model(id, ErrorCode.UNKNOWN_MODEL).plan().workspaceBytes());
  }

  @Override
  public void withdraw(ModelId id) {
    PlanModel model = models.remove(id);
    if (model != null) {
      close(model);
    }
  }

  /** With the last copy goes what copies share. */
  private void close(PlanModel model) {
    model
        .observedProfile()
        .ifPresent(
            fresh ->
                profiles.keep(key(model.plan()), new ProfileStore.Entry(fresh, Optional.empty())));
    model.close();
    if (models.values().stream().noneMatch(other -> other.plan() == model.plan())) {
      model.plan().close();
    }
  }

  @Override
  public void load(ModelId id, PageSet pages) throws DeviceException {
    PlanModel model = model(id, ErrorCode.LOAD_UNKNOWN_MODEL);
    pages.checkCount(model.spec().name(), model.profile().pages());
    model.load(pool, pages);
  }

  @Override
  public void unload(ModelId id) throws DeviceException {
    model(id, ErrorCode.UNLOAD_UNKNOWN_MODEL).unload();
  }

  @Override
  public Inference infer(ModelId id, int bucket, int batch, List<Tensors> inputs)
      throws DeviceException {
    PlanModel model = model(id, ErrorCode.INPUT_UNKNOWN_MODEL);
    if (!model.profile().execNanos().containsKey(batch)) {
      throw new DeviceException(
          ErrorCode.INPUT_INVALID_BATCH_SIZE,
          "model '%s' has no batch size %d; it has %s"
              .formatted(model.spec().name(), batch, model.profile().execNanos().keySet()));
    }
    BatchSizes.check(model.spec(), batch, inputs);
    new InputRanges(model.spec().name(), model.plan().plan().inputs()).check(inputs);
    Integer slot = freeSlots.poll();
    if (slot == null) {
      throw new DeviceException(
          ErrorCode.IO_POOL_EXHAUSTED,
          "all %d io slots of this device are taken".formatted(spec.ioSlots()));
    }
    return new BatchInference(
        model.spec(),
        inputs,
        model.buffers(batch, slot),
        () -> model.exec(batch, slot, slots.get(slot), how),
        () -> freeSlots.add(slot));
  }

  private PlanModel model(ModelId id, ErrorCode unknown) throws DeviceException {
    PlanModel model = models.get(id);
    if (model == null) {
      throw new DeviceException(unknown, "model %s is not registered on this device".formatted(id));
    }
    return model;
  }

  /** The caller has seen to it that nothing runs any more. */
  @Override
  public void close() {
    List.copyOf(models.keySet()).forEach(this::withdraw);
    slots.forEach(Area::close);
    workspace.close();
    pool.close();
  }
}
