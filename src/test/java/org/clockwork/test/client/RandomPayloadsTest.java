package org.clockwork.test.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.clockwork.client.RandomPayloads;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomPayloadsTest {

  @ParameterizedTest
  @EnumSource(DataType.class)
  void everyTypeIsFilledToItsSize(DataType type) {
    ByteBuffer buffer = first(new RandomPayloads(1), type);
    assertEquals(100 * type.bytes(), buffer.remaining());
  }

  @Test
  void theSameSeedGivesTheSameInputAndAnotherGivesAnother() {
    ByteBuffer input = first(new RandomPayloads(1), DataType.FP32);
    assertEquals(input, first(new RandomPayloads(1), DataType.FP32));
    assertNotEquals(input, first(new RandomPayloads(2), DataType.FP32));
  }

  @Test
  void everyInputIsOneThatAnyModelCanRun() {
    // Whole numbers may be indices, of two token types for one; bytes at random would make floats
    // that are no numbers.
    ByteBuffer whole = first(new RandomPayloads(1), DataType.INT64).order(ByteOrder.LITTLE_ENDIAN);
    long ones = 0;
    while (whole.hasRemaining()) {
      long index = whole.getLong();
      assertTrue(index == 0 || index == 1, "index " + index);
      ones += index;
    }
    assertTrue(ones > 0 && ones < 100, ones + " ones");
    ByteBuffer real = first(new RandomPayloads(1), DataType.FP32).order(ByteOrder.LITTLE_ENDIAN);
    while (real.hasRemaining()) {
      float value = real.getFloat();
      assertTrue(value >= 0 && value < 1, "value " + value);
    }
  }

  private static ByteBuffer first(RandomPayloads payloads, DataType type) {
    TensorSpec tensor = new TensorSpec("input", type, List.of(10, 10));
    ModelSpec model = new ModelSpec("m", "m", List.of(tensor), List.of(tensor), 0, 0);
    Payload.Ordered payload = (Payload.Ordered) payloads.next(model);
    assertEquals(1, payload.tensors().rows());
    return payload.tensors().buffers().getFirst().duplicate();
  }
}
