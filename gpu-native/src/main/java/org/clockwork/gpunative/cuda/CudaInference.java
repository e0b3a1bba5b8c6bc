package org.clockwork.gpunative.cuda;

import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.GpuClock;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.Device.Observed;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.batch.BatchBuffers;

/** One batch in one io slot. */
final class CudaInference implements Inference {
  /** Hears what becomes of the batch. */
  interface Listener {
    Listener NOBODY =
        new Listener() {
          @Override
          public void executedSince(long begunNanos) {}

          @Override
          public void closed() {}
        };

    /** An EXEC that began then has ended now. */
    void executedSince(long begunNanos);

    /** The slot is free again. */
    void closed();
  }

  private final CudaModel model;
  private final Engine engine;
  private final IoLayout layout;
  private final List<Tensors> parts;
  private final GpuIoSlot slot;
  private final BatchBuffers buffers;
  private final Listener listener;
  private Observed observed = Observed.NOTHING;
  private boolean closed;

  /**
   * @param slot taken and large enough
   */
  CudaInference(
      CudaModel model, IoLayout layout, List<Tensors> parts, GpuIoSlot slot, Listener listener) {
    this.model = model;
    this.engine = model.engine();
    this.layout = layout;
    this.parts = List.copyOf(parts);
    this.slot = slot;
    this.buffers = slot.buffers(layout);
    this.listener = listener;
  }

  @Override
  public void input() throws DeviceException {
    buffers.gather(model.spec(), parts);
    engine.call(
        ErrorCode.RUNTIME_ERROR,
        "INPUT of " + batch(),
        () -> engine.gpu().input().run(stream -> slot.copyIn(layout.in(), stream)));
  }

  @Override
  public void exec() throws DeviceException {
    int before = engine.watch().megahertz();
    long begunNanos = System.nanoTime();
    long nanos = model.exec(layout.batch().size(), slot);
    listener.executedSince(begunNanos);
    observed = new Observed(nanos, new GpuClock(before, engine.watch().megahertz()));
  }

  @Override
  public Observed observed() {
    return observed;
  }

  @Override
  public List<Tensors> output() throws DeviceException {
    engine.call(
        ErrorCode.RUNTIME_ERROR,
        "OUTPUT of " + batch(),
        () -> engine.gpu().output().run(stream -> slot.copyOut(layout.out(), stream)));
    try {
      return buffers.answers(model.spec(), parts);
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          ErrorCode.OUTPUT_HOST_ALLOCATION,
          "no heap left for the outputs of %s; raise -Xmx".formatted(batch()),
          e);
    }
  }

  private String batch() {
    return "model '%s' with batch size %d".formatted(model.spec().name(), layout.batch().size());
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException(
          "a batch of model '" + model.spec().name() + "' was closed twice");
    }
    closed = true;
    listener.closed();
  }
}
