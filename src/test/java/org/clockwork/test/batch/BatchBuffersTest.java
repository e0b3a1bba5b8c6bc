package org.clockwork.test.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.batch.BatchBuffers;
import org.junit.jupiter.api.Test;

class BatchBuffersTest {
  private static final ModelSpec PAIRS =
      new ModelSpec(
          "pairs",
          "pairs",
          List.of(new TensorSpec("x", DataType.INT16, List.of(2))),
          List.of(new TensorSpec("y", DataType.INT16, List.of())),
          0,
          0);

  private final ByteBuffer x = shorts(9, 9, 9, 9, 9, 9, 9, 9);
  private final ByteBuffer y = shorts(10, 20, 30, 40);
  private final BatchBuffers slot = new BatchBuffers(List.of(x), List.of(y));

  /** What an earlier batch left there, somebody else's, must not run again. */
  @Test
  void rowsThatNobodySentRepeatTheLastOne() {
    slot.gather(PAIRS, List.of(rows(1, 1, 2), rows(1, 3, 4)));

    assertArrayEquals(new short[] {1, 2, 3, 4, 3, 4, 3, 4}, shorts(x));
  }

  @Test
  void partsFollowEachOtherFromWhereverTheyLieInTheirBuffers() {
    ByteBuffer second = shorts(0, 0, 5, 6, 7, 8, 0).position(4).limit(12);

    slot.gather(PAIRS, List.of(rows(1, 1, 2), new Tensors(2, List.of(second)), rows(1, 3, 4)));

    assertArrayEquals(new short[] {1, 2, 5, 6, 7, 8, 3, 4}, shorts(x));
    assertEquals(4, second.position(), "a sent buffer is not moved");
  }

  @Test
  void eachPartIsAnsweredWithItsOwnRowsInMemoryOfItsOwn() {
    List<Tensors> answers = slot.answers(PAIRS, List.of(rows(2, 1, 2, 3, 4), rows(1, 5, 6)));
    y.putShort(0, (short) -1);

    assertArrayEquals(new short[] {10, 20}, shorts(answers.get(0).buffers().getFirst()));
    assertArrayEquals(new short[] {30}, shorts(answers.get(1).buffers().getFirst()));
  }

  private static Tensors rows(int rows, int... values) {
    return new Tensors(rows, List.of(shorts(values)));
  }

  private static ByteBuffer shorts(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      buffer.putShort(i * 2, (short) values[i]);
    }
    return buffer;
  }

  private static short[] shorts(ByteBuffer buffer) {
    short[] values = new short[buffer.remaining() / 2];
    buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
    return values;
  }
}
