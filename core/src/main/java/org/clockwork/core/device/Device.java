package org.clockwork.core.device;

import java.util.List;
import java.util.OptionalLong;
import org.clockwork.core.action.GpuClock;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.model.Tensors;

/**
 * One accelerator, as its worker drives it. There is one worker; what differs between a GPU, a CPU
 * and a simulation is behind these few calls. All of them may block. LOAD and UNLOAD come from one
 * thread, {@link Inference#input}, {@link Inference#exec} and {@link Inference#output} from one
 * thread each; the worker sees to it that a model is loaded before EXEC and idle before UNLOAD, and
 * that the pages it hands out are free.
 */
public interface Device extends AutoCloseable {

  DeviceSpec spec();

  /** Whether this device can run models of that form at all. */
  boolean hosts(ModelSource source);

  /**
   * Takes a model into host memory and says what it needs here. May take seconds: a model met for
   * the first time is measured.
   *
   * @throws DeviceException the model can't be used; the reason names the file and what is wrong
   */
  Hosted register(ModelId model, String name, ModelSource source) throws DeviceException;

  /**
   * What the largest batch takes beside weights, inputs and outputs. May take as long as a few
   * LOADs and EXECs.
   *
   * @return empty where this device can't tell
   */
  default OptionalLong workspaceBytes(ModelId model) throws DeviceException {
    return OptionalLong.empty();
  }

  /** Forgets a model that is not loaded. */
  void withdraw(ModelId model);

  /** Brings the weights from host memory into these pages. */
  void load(ModelId model, PageSet pages) throws DeviceException;

  /** Gives up what {@link #load} made. */
  void unload(ModelId model) throws DeviceException;

  /**
   * Reserves an io slot for one batch. Doesn't block.
   *
   * @param bucket of the model's, in whose shape all inputs are
   * @param inputs of the parts in order; their rows sum up to at most {@code batch}
   * @throws DeviceException no slot is free, or an input has the wrong size
   */
  Inference infer(ModelId model, int bucket, int batch, List<Tensors> inputs)
      throws DeviceException;

  /** The same for a model of one shape. */
  default Inference infer(ModelId model, int batch, List<Tensors> inputs) throws DeviceException {
    return infer(model, 0, batch, inputs);
  }

  @Override
  void close();

  /** What registering a model found out. */
  record Hosted(ModelSpec spec, Profiles profiles) {
    /** A model of one shape. */
    public Hosted(ModelSpec spec, Profile profile) {
      this(spec, Profiles.of(profile));
    }

    /** Of the longest requests. */
    public Profile profile() {
      return profiles.longest();
    }
  }

  /**
   * What a device saw of one EXEC.
   *
   * @param nanos that it took by the device's own clock; 0 where it has none
   */
  record Observed(long nanos, GpuClock clock) {
    public static final Observed NOTHING = new Observed(0, GpuClock.UNTOLD);
  }

  /** One batch on its way through the device; closed exactly once, whatever became of it. */
  interface Inference extends AutoCloseable {
    /** Host to device. Once it has ended, whichever way, nobody reads the inputs any more. */
    void input() throws DeviceException;

    void exec() throws DeviceException;

    /** What the device itself saw of the last {@link #exec}; most devices see nothing. */
    default Observed observed() {
      return Observed.NOTHING;
    }

    /** Device to host: the outputs of each part, in order, without the padding. */
    List<Tensors> output() throws DeviceException;

    /** Gives the io slot back. */
    @Override
    void close();
  }
}
