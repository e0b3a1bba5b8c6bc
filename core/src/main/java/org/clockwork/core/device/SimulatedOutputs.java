package org.clockwork.core.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * Seeded bytes in the place of answers: equal inputs to one model give equal outputs, others
 * differ. They are views of one block made in advance, so that an answer of any size costs nothing.
 */
final class SimulatedOutputs {
  /** Offsets at which an answer may begin. */
  private static final int OFFSETS = 1 << 16;

  /**
   * Bytes at each end of an input that tell it from others; reading all would cost a copy's time.
   */
  private static final int SAMPLED_BYTES = 64;

  private final ModelSpec model;
  private final ByteBuffer block;

  /**
   * @param rows most that one request may have
   */
  SimulatedOutputs(ModelSpec model, int rows, ByteBuffer block) {
    this.model = model;
    this.block = block;
    int largest = model.outputs().stream().mapToInt(TensorSpec::bytes).max().orElse(0);
    if (block.capacity() < bytesFor(largest, rows)) {
      throw new IllegalArgumentException(
          "a block of %d bytes is too short for %d rows of %d"
              .formatted(block.capacity(), rows, largest));
    }
  }

  /** Bytes that a block needs for tensors of this size. */
  static int bytesFor(int tensorBytes, int rows) {
    return Math.addExact(OFFSETS, Math.multiplyExact(tensorBytes, rows));
  }

  static ByteBuffer block(long seed, int bytes) {
    byte[] content = new byte[bytes];
    new SplittableRandom(seed).nextBytes(content);
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  Tensors answer(Tensors input) {
    int offset = Math.floorMod(hash(input), OFFSETS);
    List<ByteBuffer> buffers = new ArrayList<>(model.outputs().size());
    for (TensorSpec output : model.outputs()) {
      buffers.add(
          block.slice(offset, output.bytes() * input.rows()).order(ByteOrder.LITTLE_ENDIAN));
    }
    return new Tensors(input.rows(), buffers);
  }

  private int hash(Tensors input) {
    int hash = model.name().hashCode();
    for (ByteBuffer buffer : input.buffers()) {
      int from = buffer.position();
      int bytes = buffer.remaining();
      for (int i = 0; i < Math.min(bytes, SAMPLED_BYTES); i++) {
        hash = 31 * hash + buffer.get(from + i);
        hash = 31 * hash + buffer.get(from + bytes - 1 - i);
      }
    }
    return hash;
  }
}
