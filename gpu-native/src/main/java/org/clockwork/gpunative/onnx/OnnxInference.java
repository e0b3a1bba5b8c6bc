package org.clockwork.gpunative.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.Tensors;

/** One batch in one io slot. */
final class OnnxInference implements Inference {
  private final OnnxModel model;
  private final IoLayout layout;
  private final List<Tensors> parts;
  private final IoSlot slot;
  private final IoSlot.View view;
  private final Consumer<IoSlot> giveBack;
  private boolean closed;

  OnnxInference(
      OnnxModel model, IoLayout layout, List<Tensors> parts, IoSlot slot, Consumer<IoSlot> giveBack)
      throws DeviceException {
    this.model = model;
    this.layout = layout;
    this.parts = List.copyOf(parts);
    this.slot = slot;
    this.view = slot.view(layout);
    this.giveBack = giveBack;
  }

  /** Gathers the parts' rows where ONNX Runtime reads them: the one copy on the way in. */
  @Override
  public void input() {
    for (int i = 0; i < view.inputs().size(); i++) {
      ByteBuffer slotBytes = view.inputs().get(i);
      int filled = 0;
      for (Tensors part : parts) {
        ByteBuffer rows = part.buffers().get(i);
        slotBytes.put(filled, rows, rows.position(), rows.remaining());
        filled += rows.remaining();
      }
      pad(slotBytes, filled, layout.inputs().get(i).spec().bytes());
    }
  }

  /**
   * Repeats the last row. What an earlier batch left in the slot must not run again, and zeros are
   * not valid input for every model.
   */
  private static void pad(ByteBuffer slotBytes, int filled, int rowBytes) {
    for (int at = filled; at < slotBytes.capacity(); at += rowBytes) {
      slotBytes.put(at, slotBytes, filled - rowBytes, rowBytes);
    }
  }

  @Override
  public void exec() throws DeviceException {
    model.exec(layout.batch(), view);
  }

  /**
   * Copies each part's rows out of the slot: the slot serves the next batch while the answers are
   * still on their way, and nobody tells when they have arrived.
   */
  @Override
  public List<Tensors> output() throws DeviceException {
    try {
      List<Tensors> answers = new ArrayList<>();
      int row = 0;
      for (Tensors part : parts) {
        answers.add(answer(row, part.rows()));
        row += part.rows();
      }
      return answers;
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          ErrorCode.OUTPUT_HOST_ALLOCATION,
          "no heap left for the outputs of model '%s' with batch size %d; raise -Xmx"
              .formatted(model.spec().name(), layout.batch()),
          e);
    }
  }

  private Tensors answer(int firstRow, int rows) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < view.outputs().size(); i++) {
      int rowBytes = layout.outputs().get(i).spec().bytes();
      byte[] bytes = new byte[rows * rowBytes];
      view.outputs().get(i).get(firstRow * rowBytes, bytes);
      buffers.add(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
    return new Tensors(rows, buffers);
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException(
          "a batch of model '" + model.spec().name() + "' was closed twice");
    }
    closed = true;
    giveBack.accept(slot);
  }
}
