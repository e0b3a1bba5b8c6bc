package org.clockwork.core.gateway;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * How a request fits its model: the bucket that it runs in, and the length that it has itself.
 * Inputs are filled up to the bucket's length, and what comes back is cut to the request's.
 *
 * @param length of the request; 0 where the model has one shape
 */
record Fit(ModelSpec model, int bucket, int length) {

  /** As long as any: how requests are meant that bring no input of their own. */
  static Fit longest(ModelSpec model) {
    return model.lengths().isEmpty()
        ? new Fit(model, 0, 0)
        : new Fit(model, model.buckets() - 1, model.lengths().getLast());
  }

  /** Into the shortest bucket that takes this length, which is not beyond the longest. */
  static Fit of(ModelSpec model, int length) {
    int bucket = 0;
    while (bucket < model.lengths().size() && model.lengths().get(bucket) < length) {
      bucket++;
    }
    return new Fit(model, bucket, length);
  }

  /** These inputs, as long as the bucket is. */
  Tensors padded(Tensors inputs) {
    return exact() ? inputs : stretched(model.inputs(), inputs, length, bucketLength());
  }

  /** What a worker made of the padded inputs, as long as the request is. */
  Tensors cut(Tensors outputs) {
    return exact() ? outputs : stretched(model.outputs(), outputs, bucketLength(), length);
  }

  private boolean exact() {
    return model.lengths().isEmpty() || length == bucketLength();
  }

  private int bucketLength() {
    return model.lengths().get(bucket);
  }

  private static Tensors stretched(List<TensorSpec> specs, Tensors tensors, int from, int to) {
    List<ByteBuffer> buffers = new ArrayList<>(specs.size());
    for (int i = 0; i < specs.size(); i++) {
      ByteBuffer buffer = tensors.buffers().get(i);
      TensorSpec spec = specs.get(i);
      buffers.add(
          spec.free().isEmpty() ? buffer : stretched(spec, tensors.rows(), buffer, from, to));
    }
    return new Tensors(tensors.rows(), buffers);
  }

  /** Blocks of elements that lie together, each made shorter, or longer by its padding. */
  private static ByteBuffer stretched(
      TensorSpec spec, int rows, ByteBuffer buffer, int from, int to) {
    TensorSpec.Free free = spec.free().orElseThrow();
    List<Integer> before = spec.shape().subList(0, free.axis());
    int blocks = rows * before.stream().reduce(1, Math::multiplyExact);
    int unitBytes = spec.bytesPerLength() / (blocks / rows);
    int keptBytes = Math.min(from, to) * unitBytes;
    ByteBuffer made = ByteBuffer.allocate(blocks * to * unitBytes).order(ByteOrder.LITTLE_ENDIAN);
    int elementsMissing = (to * unitBytes - keptBytes) / spec.type().bytes();
    for (int block = 0; block < blocks; block++) {
      int begin = buffer.position() + block * from * unitBytes;
      made.put(made.position(), buffer, begin, keptBytes);
      made.position(made.position() + keptBytes);
      fill(made, spec, elementsMissing);
    }
    return made.flip();
  }

  private static void fill(ByteBuffer buffer, TensorSpec spec, int elements) {
    long padding = spec.free().orElseThrow().padding();
    if (padding == 0) {
      buffer.position(buffer.position() + elements * spec.type().bytes()); // New memory is zero.
      return;
    }
    for (int i = 0; i < elements; i++) {
      switch (spec.type()) {
        case BOOL, UINT8, INT8 -> buffer.put((byte) padding);
        case UINT16, INT16 -> buffer.putShort((short) padding);
        case UINT32, INT32 -> buffer.putInt((int) padding);
        case UINT64, INT64 -> buffer.putLong(padding);
        case FP16 -> buffer.putShort(Float.floatToFloat16((float) padding));
        case FP32 -> buffer.putFloat((float) padding);
        case FP64 -> buffer.putDouble((double) padding);
      }
    }
  }
}
