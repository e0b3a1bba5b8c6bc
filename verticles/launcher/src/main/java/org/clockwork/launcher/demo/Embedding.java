package org.clockwork.launcher.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.clockwork.core.model.Tensors;

/** What a sentence means, as a direction: sentences that mean the same point the same way. */
public final class Embedding {
  private static final int ATTENTION_MASK = 1;

  private final float[] direction;

  private Embedding(float[] direction) {
    this.direction = direction;
  }

  /**
   * The mean over the sentence's own tokens (not its padding), brought to length 1.
   *
   * @param inputs one row, as {@link Tokenizer#tokenize} made it
   * @param outputs the model's answer to it
   */
  public static Embedding of(Tensors inputs, Tensors outputs) {
    LongBuffer mask = littleEndian(inputs.buffers().get(ATTENTION_MASK)).asLongBuffer();
    FloatBuffer states = littleEndian(outputs.buffers().getFirst()).asFloatBuffer();
    if (states.remaining() != mask.remaining() * MiniLM.WIDTH) {
      throw new IllegalArgumentException(
          "expected %d figures for each of %d tokens, got %d in all"
              .formatted(MiniLM.WIDTH, mask.remaining(), states.remaining()));
    }
    // The mean's divisor is the same for all figures; bringing the sum to length 1 cancels it.
    double[] sum = new double[MiniLM.WIDTH];
    for (int token = 0; token < mask.remaining(); token++) {
      for (int i = 0; mask.get(token) != 0 && i < sum.length; i++) {
        sum[i] += states.get(token * MiniLM.WIDTH + i);
      }
    }
    double squares = 0;
    for (double figure : sum) {
      squares += figure * figure;
    }
    float[] direction = new float[sum.length];
    for (int i = 0; squares > 0 && i < sum.length; i++) {
      direction[i] = (float) (sum[i] / Math.sqrt(squares));
    }
    return new Embedding(direction);
  }

  /** The cosine of the angle between both: 1 for the same meaning, about 0 for unrelated ones. */
  public double similarity(Embedding other) {
    double product = 0;
    for (int i = 0; i < direction.length; i++) {
      product += (double) direction[i] * other.direction[i];
    }
    return product;
  }

  private static ByteBuffer littleEndian(ByteBuffer bytes) {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
