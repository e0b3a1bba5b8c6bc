package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtException;
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
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.batch.BatchInference;
import org.clockwork.gpunative.batch.BatchSizes;
import org.clockwork.gpunative.profile.Processor;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * Runs ONNX models on one CPU core, under the rules of a GPU: a budget of pages, LOAD and UNLOAD
 * that take measured time, one EXEC at a time.
 *
 * <p>A page here is an account, not a place: LOAD opens a session, whose memory ONNX Runtime
 * manages. What a session needs beside its weights (activations, a few tens of MB at batch 16) lies
 * outside the account.
 */
public final class OnnxDevice implements Device {
  /** Batches that may be copied in, run and copied out at once; INPUT runs ahead of EXEC by two. */
  public static final int IO_SLOTS = 4;

  /** Below that many cores LOAD would take EXEC's. */
  private static final int CORES_FOR_LOAD_BESIDE_EXEC = 4;

  private final DeviceSpec spec;
  private final ProfileStore profiles;
  private final Map<ModelId, Registered> models = new ConcurrentHashMap<>();
  private final ArrayBlockingQueue<IoSlot> freeSlots;
  private final IoSlot loadSlot = new IoSlot();

  private record Registered(OnnxModel model, PreparedModel prepared) {}

  /**
   * Makes a device without models.
   *
   * @param spec as {@link #spec(long, int, boolean)} makes it, or like it
   * @param profiles where measured profiles are looked up and kept
   */
  public OnnxDevice(DeviceSpec spec, ProfileStore profiles) {
    this.spec = spec;
    this.profiles = profiles;
    this.freeSlots = new ArrayBlockingQueue<>(spec.ioSlots());
    for (int i = 0; i < spec.ioSlots(); i++) {
      freeSlots.add(new IoSlot());
    }
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

  /** Whether LOAD and EXEC compete for the cores of this machine. */
  public static boolean fewCores() {
    return Runtime.getRuntime().availableProcessors() < CORES_FOR_LOAD_BESIDE_EXEC;
  }

  /** {@code onnx:} and the processor's name: machines of one kind share profiles. */
  public static String kind() {
    return "onnx:" + Processor.name();
  }

  @Override
  public DeviceSpec spec() {
    return spec;
  }

  @Override
  public boolean hosts(ModelSource source) {
    return source.as(ModelSource.Onnx.class).isPresent();
  }

  @Override
  public Hosted register(ModelId id, String name, ModelSource source) throws DeviceException {
    ModelSource.Onnx onnx =
        source
            .as(ModelSource.Onnx.class)
            .orElseThrow(
                () ->
                    new DeviceException(
                        ErrorCode.INVALID_MODEL_PATH,
                        "model '%s' has no model.onnx; this device runs nothing else"
                            .formatted(source.name())));
    PreparedModel prepared = prepared(onnx);
    ModelSpec model =
        new ModelSpec(
            name,
            onnx.name(),
            prepared.shape().inputs(),
            prepared.shape().outputs(),
            prepared.weightsBytes(),
            onnx.settings().defaultSloNanos().orElse(0L),
            prepared.shape().buckets());
    models.put(
        id, new Registered(new OnnxModel(model, prepared.profiles(), prepared.file()), prepared));
    return new Hosted(model, prepared.profiles());
  }

  /** A copy of a registered model runs the same bytes, even where the file has changed since. */
  private PreparedModel prepared(ModelSource.Onnx source) throws DeviceException {
    Optional<PreparedModel> shared =
        models.values().stream()
            .map(Registered::prepared)
            .filter(prepared -> prepared.source().equals(source))
            .findFirst();
    return shared.isPresent() ? shared.get() : PreparedModel.of(source, spec, profiles);
  }

  /** What ONNX Runtime takes from the system for a first run, in a session of its own. */
  @Override
  public OptionalLong workspaceBytes(ModelId id) throws DeviceException {
    OnnxModel model = model(id, ErrorCode.UNKNOWN_MODEL);
    try {
      return Measuring.workspaceBytes(model.file());
    } catch (OrtException e) {
      throw new DeviceException(
          ErrorCode.RUNTIME_ERROR,
          "model '%s' can't be run to see what it takes: %s"
              .formatted(model.spec().name(), e.getMessage()),
          e);
    }
  }

  @Override
  public void withdraw(ModelId id) {
    Registered registered = models.remove(id);
    if (registered != null) {
      keepWhatWasObserved(registered);
    }
  }

  private void keepWhatWasObserved(Registered registered) {
    PreparedModel prepared = registered.prepared();
    for (int bucket = 0; bucket < prepared.keys().size(); bucket++) {
      ProfileStore.Key key = prepared.keys().get(bucket);
      registered
          .model()
          .observedProfile(bucket)
          .ifPresent(
              fresh ->
                  profiles.keep(
                      key,
                      new ProfileStore.Entry(fresh, Optional.of(prepared.file().optimisation()))));
    }
  }

  @Override
  public void load(ModelId id, PageSet pages) throws DeviceException {
    OnnxModel model = model(id, ErrorCode.LOAD_UNKNOWN_MODEL);
    pages.checkCount(model.spec().name(), model.profiles().pages());
    model.load(loadSlot);
  }

  @Override
  public void unload(ModelId id) throws DeviceException {
    model(id, ErrorCode.UNLOAD_UNKNOWN_MODEL).unload();
  }

  @Override
  public Inference infer(ModelId id, int bucket, int batch, List<Tensors> inputs)
      throws DeviceException {
    OnnxModel model = model(id, ErrorCode.INPUT_UNKNOWN_MODEL);
    IoLayout layout = model.file().layouts(bucket).get(batch);
    if (layout == null) {
      throw new DeviceException(
          ErrorCode.INPUT_INVALID_BATCH_SIZE,
          "model '%s' has no batch size %d; it has %s"
              .formatted(model.spec().name(), batch, model.file().layouts(bucket).keySet()));
    }
    ModelSpec shape = model.bucket(bucket);
    BatchSizes.check(shape, batch, inputs);
    IoSlot slot = freeSlots.poll();
    if (slot == null) {
      throw new DeviceException(
          ErrorCode.IO_POOL_EXHAUSTED,
          "all %d io slots of this device are taken".formatted(spec.ioSlots()));
    }
    try {
      IoSlot.View view = slot.view(layout);
      return new BatchInference(
          shape,
          inputs,
          view.buffers(),
          () -> model.exec(bucket, batch, view),
          () -> freeSlots.add(slot));
    } catch (DeviceException | RuntimeException | Error e) {
      freeSlots.add(slot);
      throw e;
    }
  }

  private OnnxModel model(ModelId id, ErrorCode unknown) throws DeviceException {
    Registered registered = models.get(id);
    if (registered == null) {
      throw new DeviceException(unknown, "model %s is not registered on this device".formatted(id));
    }
    return registered.model();
  }

  /** Closes every session. The caller has seen to it that nothing runs any more. */
  @Override
  public void close() {
    for (Registered registered : models.values()) {
      keepWhatWasObserved(registered);
      try {
        registered.model().unload();
      } catch (DeviceException e) {
        throw new IllegalStateException("the device is closed while a model runs on it", e);
      }
    }
    models.clear();
    freeSlots.forEach(IoSlot::close);
    freeSlots.clear();
    loadSlot.close();
  }
}
