package org.clockwork.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * Seeded random inputs that any model can run. They are made once for each shape of input and used
 * again: a ResNet's input is 600 KB, and making one for each request would measure the client.
 */
public final class RandomPayloads implements Payloads {
  /** Two, so that the parts of a batch are not all alike. */
  private static final int VARIANTS = 2;

  private final Map<List<TensorSpec>, List<Payload>> made = new HashMap<>();
  private final RandomGenerator chance;
  private int turn;

  public RandomPayloads(long seed) {
    chance = new SplittableRandom(seed);
  }

  @Override
  public Payload next(ModelSpec model) {
    List<Payload> variants = made.computeIfAbsent(model.inputs(), _ -> variants(model));
    turn = (turn + 1) % variants.size();
    return variants.get(turn);
  }

  /** As many of each length that the model has buckets for. */
  private List<Payload> variants(ModelSpec model) {
    List<Payload> variants = new ArrayList<>();
    for (int i = 0; i < VARIANTS; i++) {
      for (int bucket = 0; bucket < model.buckets(); bucket++) {
        variants.add(
            new Payload.Ordered(
                new Tensors(1, model.bucket(bucket).inputs().stream().map(this::filled).toList())));
      }
    }
    return variants;
  }

  private ByteBuffer filled(TensorSpec tensor) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int element = tensor.elements(); element > 0; element--) {
      switch (tensor.type()) {
        case FP32 -> buffer.putFloat(chance.nextFloat());
        case FP64 -> buffer.putDouble(chance.nextDouble());
        case FP16 -> buffer.putShort(Float.floatToFloat16(chance.nextFloat()));
        // Whole numbers are often indices into a table, of a vocabulary or of two token types:
        // 0 and 1 are in all of them.
        case BOOL, INT8, UINT8 -> buffer.put((byte) chance.nextInt(2));
        case INT16, UINT16 -> buffer.putShort((short) chance.nextInt(2));
        case INT32, UINT32 -> buffer.putInt(chance.nextInt(2));
        case INT64, UINT64 -> buffer.putLong(chance.nextInt(2));
      }
    }
    return buffer.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
