package org.clockwork.gpunative.batch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;

/** The memory of one io slot as one batch sees it: a buffer for each input and each output. */
public record BatchBuffers(List<ByteBuffer> inputs, List<ByteBuffer> outputs) {
  public BatchBuffers {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Copies the parts' rows one after the other to where the model reads them, and pads. */
  public void gather(ModelSpec model, List<Tensors> parts) {
    for (int i = 0; i < inputs.size(); i++) {
      ByteBuffer slotBytes = inputs.get(i);
      int filled = 0;
      for (Tensors part : parts) {
        ByteBuffer rows = part.buffers().get(i);
        slotBytes.put(filled, rows, rows.position(), rows.remaining());
        filled += rows.remaining();
      }
      pad(slotBytes, filled, model.inputs().get(i).bytes());
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

  /**
   * Copies each part's rows out of the slot: the slot serves the next batch while the answers are
   * still on their way, and nobody tells when they have arrived.
   */
  public List<Tensors> answers(ModelSpec model, List<Tensors> parts) {
    List<Tensors> answers = new ArrayList<>();
    int row = 0;
    for (Tensors part : parts) {
      answers.add(answer(model, row, part.rows()));
      row += part.rows();
    }
    return answers;
  }

  private Tensors answer(ModelSpec model, int firstRow, int rows) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      int rowBytes = model.outputs().get(i).bytes();
      byte[] bytes = new byte[rows * rowBytes];
      outputs.get(i).get(firstRow * rowBytes, bytes);
      buffers.add(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
    return new Tensors(rows, buffers);
  }
}
