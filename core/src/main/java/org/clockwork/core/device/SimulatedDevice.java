package org.clockwork.core.device;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * A device that takes the time which a real one was measured to take, and answers with seeded
 * bytes. Live it waits; in simulation its clock only notes the end. No step is ever shorter than
 * its profile says.
 */
public final class SimulatedDevice implements Device {
  public static final String KIND = "simulated";

  /** Batches that may be under way: more than schedule-ahead ever has outstanding. */
  public static final int IO_SLOTS = 128;

  /** Inputs and outputs take no time. */
  public static final long NO_LINK = Long.MAX_VALUE;

  private static final long OUTPUT_SEED = 0x0075;

  /** Enough for 16 rows of the zoo's largest answer; every device and model shares it. */
  private static final ByteBuffer OUTPUT_BLOCK = SimulatedOutputs.block(OUTPUT_SEED, 4 << 20);

  private final DeviceSpec spec;
  private final Clock clock;
  private final Disturbance disturbance;
  private final long linkBytesPerSecond;
  private final Map<ModelId, Model> models = new ConcurrentHashMap<>();
  private final Set<ModelId> loaded = ConcurrentHashMap.newKeySet();
  private final AtomicInteger freeSlots;

  private record Model(ModelSpec spec, List<Bucket> buckets) {
    long loadNanos() {
      return buckets.getFirst().profile().loadNanos();
    }
  }

  private record Bucket(Profile profile, SimulatedOutputs outputs) {}

  /** Without disturbance; inputs and outputs take the profiled time, which is none in the zoo. */
  public SimulatedDevice(DeviceSpec spec, Clock clock) {
    this(spec, clock, Disturbance.NONE, NO_LINK);
  }

  /**
   * @param linkBytesPerSecond rate at which inputs and outputs are copied, or {@link #NO_LINK}
   */
  public SimulatedDevice(
      DeviceSpec spec, Clock clock, Disturbance disturbance, long linkBytesPerSecond) {
    if (linkBytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "linkBytesPerSecond must be positive, got " + linkBytesPerSecond);
    }
    this.spec = spec;
    this.clock = clock;
    this.disturbance = disturbance;
    this.linkBytesPerSecond = linkBytesPerSecond;
    this.freeSlots = new AtomicInteger(spec.ioSlots());
  }

  /** A device of this many pages of 16 MiB. */
  public static DeviceSpec specWithPages(int pages) {
    return new DeviceSpec(KIND, DeviceSpec.PAGE_BYTES, pages, false, IO_SLOTS);
  }

  @Override
  public DeviceSpec spec() {
    return spec;
  }

  @Override
  public boolean hosts(ModelSource source) {
    return source instanceof ModelSource.Measured;
  }

  @Override
  public Hosted register(ModelId id, String name, ModelSource source) throws DeviceException {
    if (!(source instanceof ModelSource.Measured measured)) {
      throw new DeviceException(
          ErrorCode.INVALID_MODEL_PATH,
          "model '%s' has no measurements; a simulated device runs nothing else"
              .formatted(source.name()));
    }
    ModelSpec model = named(measured, name);
    List<Bucket> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < model.buckets(); bucket++) {
      buckets.add(bucket(model.bucket(bucket), measured.profiles().bucket(bucket)));
    }
    Profiles profiles = new Profiles(buckets.stream().map(Bucket::profile).toList());
    spec.checkHolds(name, profiles.pages());
    models.put(id, new Model(model, List.copyOf(buckets)));
    return new Hosted(model, profiles);
  }

  private static ModelSpec named(ModelSource.Measured measured, String name) {
    ModelSpec spec = measured.spec();
    return spec.named(name)
        .withDefaultSloNanos(measured.settings().defaultSloNanos().orElse(spec.defaultSloNanos()));
  }

  private Bucket bucket(ModelSpec model, Profile measured) {
    Profile profile = profileHere(model, measured);
    return new Bucket(profile, outputs(model, profile.largestBatch()));
  }

  private Profile profileHere(ModelSpec model, Profile measured) {
    return new Profile(
        spec.pagesFor(model.weightsBytes()),
        measured.loadNanos(),
        measured.inputNanos() + linkNanos(model.inputBytes()),
        measured.outputNanos() + linkNanos(model.outputBytes()),
        measured.execNanos());
  }

  private long linkNanos(long bytes) {
    return linkBytesPerSecond == NO_LINK ? 0 : (long) Math.ceil(bytes * (1e9 / linkBytesPerSecond));
  }

  private SimulatedOutputs outputs(ModelSpec model, int rows) {
    int largest = model.outputs().stream().mapToInt(TensorSpec::bytes).max().orElse(0);
    int bytes = SimulatedOutputs.bytesFor(largest, rows);
    ByteBuffer block =
        bytes <= OUTPUT_BLOCK.capacity()
            ? OUTPUT_BLOCK
            : SimulatedOutputs.block(OUTPUT_SEED, bytes);
    return new SimulatedOutputs(model, rows, block);
  }

  @Override
  public void withdraw(ModelId model) {
    models.remove(model);
  }

  @Override
  public void load(ModelId id, PageSet pages) throws DeviceException {
    take(Executor.LOAD, id, model(id).loadNanos());
    loaded.add(id);
  }

  @Override
  public void unload(ModelId model) {
    loaded.remove(model);
  }

  @Override
  public Inference infer(ModelId id, int bucket, int batch, List<Tensors> inputs)
      throws DeviceException {
    Bucket model = model(id).buckets().get(bucket);
    if (freeSlots.getAndUpdate(free -> Math.max(0, free - 1)) == 0) {
      throw new DeviceException(
          ErrorCode.IO_POOL_EXHAUSTED,
          "all %d io slots of this device are taken".formatted(spec.ioSlots()));
    }
    return new Simulated(id, model, batch, inputs);
  }

  /** Io slots that no batch holds. */
  public int freeSlots() {
    return freeSlots.get();
  }

  @Override
  public void close() {}

  private Model model(ModelId id) throws DeviceException {
    Model model = models.get(id);
    if (model == null) {
      throw new DeviceException(
          ErrorCode.UNKNOWN_MODEL, "model %s is not registered on this device".formatted(id));
    }
    return model;
  }

  /** Lets the step take its time, on the clock. */
  private void take(Executor step, ModelId model, long profiledNanos) throws DeviceException {
    long begunNanos = clock.nanos();
    long extraNanos = 0;
    try {
      extraNanos = disturbance.extraNanos(step, model, profiledNanos);
    } finally {
      clock.waitUntil(begunNanos + profiledNanos + Math.max(0, extraNanos));
    }
  }

  private final class Simulated implements Inference {
    private final ModelId id;
    private final Bucket model;
    private final int batch;
    private final List<Tensors> inputs;
    private final int rows;
    private List<Tensors> answers = List.of();
    private boolean closed;

    Simulated(ModelId id, Bucket model, int batch, List<Tensors> inputs) {
      this.id = id;
      this.model = model;
      this.batch = batch;
      this.inputs = List.copyOf(inputs);
      int sum = 0;
      for (Tensors each : inputs) {
        sum += each.rows();
      }
      this.rows = sum;
    }

    @Override
    public void input() throws DeviceException {
      List<Tensors> computed = new ArrayList<>(inputs.size());
      for (Tensors each : inputs) {
        computed.add(model.outputs().answer(each));
      }
      answers = computed;
      take(Executor.INPUT, id, rows * model.profile().inputNanos());
    }

    @Override
    public void exec() throws DeviceException {
      if (!loaded.contains(id)) {
        throw new DeviceException(
            ErrorCode.EXEC_WEIGHTS_MISSING, "model %s is not loaded on this device".formatted(id));
      }
      take(Executor.EXEC, id, model.profile().execNanos().get(batch));
    }

    @Override
    public List<Tensors> output() throws DeviceException {
      take(Executor.OUTPUT, id, rows * model.profile().outputNanos());
      return answers;
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("a batch of model " + id + " was closed twice");
      }
      closed = true;
      freeSlots.incrementAndGet();
    }
  }
}
