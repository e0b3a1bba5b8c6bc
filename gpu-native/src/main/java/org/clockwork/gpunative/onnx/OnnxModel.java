package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.gpunative.profile.ObservedTimes;

/** One registered model: its session while it is loaded, and how long its steps took lately. */
final class OnnxModel {
  private final ModelSpec spec;
  private final List<ModelSpec> buckets;
  private final Profiles profiles;
  private final HostedFile file;
  private final List<ObservedTimes> observed;

  /**
   * Closing a session that runs would take down the process; the worker never does it, and this
   * makes sure.
   */
  private final AtomicBoolean inUse = new AtomicBoolean();

  private volatile Optional<OrtSession> session = Optional.empty();

  OnnxModel(ModelSpec spec, Profiles profiles, HostedFile file) {
    this.spec = spec;
    this.buckets = IntStream.range(0, spec.buckets()).mapToObj(spec::bucket).toList();
    this.profiles = profiles;
    this.file = file;
    this.observed = profiles.buckets().stream().map(ObservedTimes::new).toList();
  }

  ModelSpec spec() {
    return spec;
  }

  /** The model as requests of that bucket see it. */
  ModelSpec bucket(int bucket) {
    return buckets.get(bucket);
  }

  Profiles profiles() {
    return profiles;
  }

  HostedFile file() {
    return file;
  }

  boolean loaded() {
    return session.isPresent();
  }

  /**
   * Opens the session and runs the smallest batch once: a first run is a sixth slower (ONNX Runtime
   * reserves its memory in it), which would belie the prediction for the first request. Other batch
   * sizes are within a twentieth on their first run, and running them too would make LOAD five
   * times as long.
   */
  void load(IoSlot slot) throws DeviceException {
    if (loaded()) {
      throw new DeviceException(
          ErrorCode.WEIGHTS_ALREADY_LOADED, "model '" + spec.name() + "' is loaded already");
    }
    long begunNanos = System.nanoTime();
    OrtSession opened;
    try {
      opened = file.open();
    } catch (OrtException e) {
      throw new DeviceException(
          ErrorCode.RUNTIME_ERROR,
          "ONNX Runtime can't open model '%s': %s".formatted(spec.name(), e.getMessage()),
          e);
    }
    IoLayout smallest = file.layouts(0).values().iterator().next();
    try {
      run(opened, slot.cleared(smallest));
    } catch (OrtException e) {
      close(opened);
      throw failed(smallest.batch(), e);
    }
    session = Optional.of(opened);
    observed.forEach(times -> times.loadedSince(begunNanos));
  }

  void unload() throws DeviceException {
    enter();
    try {
      session.ifPresent(OnnxModel::close);
      session = Optional.empty();
    } finally {
      inUse.set(false);
    }
  }

  void exec(int bucket, int batch, IoSlot.View view) throws DeviceException {
    enter();
    try {
      OrtSession loaded =
          session.orElseThrow(
              () ->
                  new DeviceException(
                      ErrorCode.EXEC_WEIGHTS_MISSING,
                      "model '" + spec.name() + "' is not loaded on this device"));
      long begunNanos = System.nanoTime();
      run(loaded, view);
      observed.get(bucket).executedSince(batch, begunNanos);
    } catch (OrtException e) {
      throw failed(batch, e);
    } finally {
      inUse.set(false);
    }
  }

  /** A bucket's profile with what was observed since, where it differs by more than noise. */
  Optional<Profile> observedProfile(int bucket) {
    return observed.get(bucket).profile();
  }

  /** Outputs land in the view's buffers: nothing is allocated for them. */
  static void run(OrtSession session, IoSlot.View view) throws OrtException {
    session.run(view.inputTensors(), view.outputTensors()).close();
  }

  private void enter() throws DeviceException {
    if (!inUse.compareAndSet(false, true)) {
      throw new DeviceException(
          ErrorCode.WEIGHTS_IN_USE, "model '" + spec.name() + "' is running on this device");
    }
  }

  private DeviceException failed(int batch, OrtException e) {
    // What an operator finds wrong with its operands (an index beyond a table) came with the input.
    boolean input = e.getCode() == OrtErrorCode.ORT_INVALID_ARGUMENT;
    return new DeviceException(
        input ? ErrorCode.INPUT_INVALID : ErrorCode.RUNTIME_ERROR,
        "model '%s' with batch size %d: %s".formatted(spec.name(), batch, e.getMessage()),
        e);
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime doesn't let go of a session", e);
    }
  }
}
