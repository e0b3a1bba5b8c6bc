package org.clockwork.core.model;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The tensors of one request or one answer: a buffer for each {@link TensorSpec}, in the model's
 * order, row after row, little-endian. Inside one process it travels by reference; nobody writes to
 * the buffers once they are here.
 *
 * @param rows requests in the leading batch dimension, at least 1
 * @param buffers each holding {@code rows} × {@link TensorSpec#bytes()} bytes between position and
 *     limit
 */
public record Tensors(int rows, List<ByteBuffer> buffers) {
  public Tensors {
    if (rows < 1) {
      throw new IllegalArgumentException("tensors need at least one row, got " + rows);
    }
    buffers = List.copyOf(buffers);
  }

  public long bytes() {
    long bytes = 0;
    for (ByteBuffer buffer : buffers) {
      bytes += buffer.remaining();
    }
    return bytes;
  }
}
