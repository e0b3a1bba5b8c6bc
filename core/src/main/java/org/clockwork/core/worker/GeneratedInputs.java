package org.clockwork.core.worker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * Inputs for requests that carry none. They are a function of the tensors' shapes alone, so they
 * are made once and shared: nobody writes to them.
 */
final class GeneratedInputs {
  private static final long SEED = 0x5eed;

  /** Integers stay below this, so that they are valid indices into any usual vocabulary. */
  private static final int INTEGERS_BELOW = 100;

  /** Shapes kept ready; further ones are made anew each time. */
  private static final int MAX_KEPT = 64;

  private record Shape(List<TensorSpec> tensors, int rows) {}

  private final Map<Shape, Tensors> kept = new ConcurrentHashMap<>();

  Tensors tensors(Feed.Generated feed) {
    Shape shape = new Shape(feed.tensors(), feed.rows());
    Tensors ready = kept.get(shape);
    if (ready == null) {
      ready = generate(shape);
      if (kept.size() < MAX_KEPT) {
        kept.put(shape, ready);
      }
    }
    return ready;
  }

  private static Tensors generate(Shape shape) {
    SplittableRandom random = new SplittableRandom(SEED);
    return new Tensors(
        shape.rows(),
        shape.tensors().stream()
            .map(spec -> fill(spec, Math.multiplyExact(spec.elements(), shape.rows()), random))
            .toList());
  }

  private static ByteBuffer fill(TensorSpec spec, int elements, SplittableRandom random) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, spec.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      switch (spec.type()) {
        case BOOL -> buffer.put((byte) random.nextInt(2));
        case UINT8, INT8 -> buffer.put((byte) random.nextInt(INTEGERS_BELOW));
        case UINT16, INT16 -> buffer.putShort((short) random.nextInt(INTEGERS_BELOW));
        case UINT32, INT32 -> buffer.putInt(random.nextInt(INTEGERS_BELOW));
        case UINT64, INT64 -> buffer.putLong(random.nextInt(INTEGERS_BELOW));
        case FP16 -> buffer.putShort(Float.floatToFloat16((float) random.nextDouble()));
        case FP32 -> buffer.putFloat((float) random.nextDouble());
        case FP64 -> buffer.putDouble(random.nextDouble());
      }
    }
    return buffer.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
