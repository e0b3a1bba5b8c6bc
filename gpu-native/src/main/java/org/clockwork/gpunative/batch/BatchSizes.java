package org.clockwork.gpunative.batch;

import java.nio.ByteBuffer;
import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/** Checks that the parts of a batch are as many and as large as the model takes them. */
public final class BatchSizes {
  private BatchSizes() {}

  /**
   * Nothing is copied before this.
   *
   * @throws DeviceException a part, or all of them together, have another size
   */
  public static void check(ModelSpec model, int batch, List<Tensors> parts) throws DeviceException {
    long rows = parts.stream().mapToLong(Tensors::rows).sum();
    if (rows < 1 || rows > batch) {
      throw new DeviceException(
          ErrorCode.INPUT_INVALID_BATCH_SIZE,
          "model '%s' was given %d rows for batch size %d".formatted(model.name(), rows, batch));
    }
    for (Tensors part : parts) {
      if (part.buffers().size() != model.inputs().size()) {
        throw new DeviceException(
            ErrorCode.INPUT_BAD_SIZES,
            "model '%s' takes %d inputs and was given %d"
                .formatted(model.name(), model.inputs().size(), part.buffers().size()));
      }
      for (int i = 0; i < model.inputs().size(); i++) {
        checkSize(model, model.inputs().get(i), part.rows(), part.buffers().get(i));
      }
    }
  }

  private static void checkSize(ModelSpec model, TensorSpec input, int rows, ByteBuffer sent)
      throws DeviceException {
    long expected = (long) rows * input.bytes();
    if (sent.remaining() != expected) {
      throw new DeviceException(
          ErrorCode.INPUT_BAD_SIZES,
          "input '%s' of model '%s' holds %d bytes; expected %d (%d rows of %s %s)"
              .formatted(
                  input.name(),
                  model.name(),
                  sent.remaining(),
                  expected,
                  rows,
                  input.type(),
                  input.shape()));
    }
  }
}
