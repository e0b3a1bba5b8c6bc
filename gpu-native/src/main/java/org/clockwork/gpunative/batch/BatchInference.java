package org.clockwork.gpunative.batch;

import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;

/** One batch in one io slot, on a device that computes where the slot lies. */
public final class BatchInference implements Inference {
  private final ModelSpec model;
  private final List<Tensors> parts;
  private final BatchBuffers buffers;
  private final Computing computing;
  private final Runnable giveBack;
  private boolean closed;

  /** What turns the inputs in the slot into outputs. */
  @FunctionalInterface
  public interface Computing {
    void run() throws DeviceException;
  }

  /**
   * A batch whose slot is taken.
   *
   * @param parts as {@link BatchSizes#check} let them through
   * @param giveBack gives the slot back
   */
  public BatchInference(
      ModelSpec model,
      List<Tensors> parts,
      BatchBuffers buffers,
      Computing computing,
      Runnable giveBack) {
    this.model = model;
    this.parts = List.copyOf(parts);
    this.buffers = buffers;
    this.computing = computing;
    this.giveBack = giveBack;
  }

  /** The one copy on the way in. */
  @Override
  public void input() {
    buffers.gather(model, parts);
  }

  @Override
  public void exec() throws DeviceException {
    computing.run();
  }

  @Override
  public List<Tensors> output() throws DeviceException {
    try {
      return buffers.answers(model, parts);
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          ErrorCode.OUTPUT_HOST_ALLOCATION,
          "no heap left for the outputs of model '%s' for %d rows; raise -Xmx"
              .formatted(model.name(), parts.stream().mapToInt(Tensors::rows).sum()),
          e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException("a batch of model '" + model.name() + "' was closed twice");
    }
    closed = true;
    giveBack.run();
  }
}
