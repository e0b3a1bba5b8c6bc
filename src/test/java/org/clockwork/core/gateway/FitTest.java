package org.clockwork.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** How requests are padded to their bucket, and answers cut to their request. */
class FitTest {

  @Test
  void whatIsPaddedAndCutAgainIsAsItWas() {
    Seeds.each(500, seed -> comesBack(Seeds.random(seed)));
  }

  private static void comesBack(RandomGenerator chance) {
    ModelSpec model = model(chance);
    int longest = model.lengths().getLast();
    int length = chance.nextInt(1, longest + 1);
    int rows = chance.nextInt(1, 4);
    Tensors sent = tensors(model.inputs(), rows, length, chance);
    Fit fit = Fit.of(model, length);

    Tensors padded = fit.padded(sent);

    int bucket = model.lengths().get(fit.bucket());
    int before = fit.bucket() == 0 ? 0 : model.lengths().get(fit.bucket() - 1);
    assertTrue(before < length && length <= bucket, "the shortest that it fits into");
    for (int i = 0; i < model.inputs().size(); i++) {
      TensorSpec spec = model.inputs().get(i);
      assertEquals(
          rows * spec.ofLength(bucket).bytes(), padded.buffers().get(i).remaining(), spec::name);
    }
    assertEquals(sent, fit.cut(padded));
  }

  @Test
  void eachInputIsFilledUpWithWhatItsSettingsSay() {
    TensorSpec ids = text("ids", 9);
    TensorSpec mask = text("mask", 0);
    ModelSpec model = new ModelSpec("m", "m", List.of(ids, mask), List.of(), 1, 0, List.of(2, 4));
    Tensors sent = new Tensors(2, List.of(longs(1, 2, 3, 4, 5, 6), longs(1, 1, 1, 1, 1, 1)));

    Tensors padded = Fit.of(model, 3).padded(sent);

    assertEquals(
        List.of(longs(1, 2, 3, 9, 4, 5, 6, 9), longs(1, 1, 1, 0, 1, 1, 1, 0)), padded.buffers());
  }

  @Test
  void aDimensionInTheMiddleIsFilledUpWhereItStands() {
    TensorSpec tensor =
        new TensorSpec(
            "x", DataType.INT8, List.of(2, 3, 2), Optional.of(new TensorSpec.Free(1, 7)));
    ModelSpec model = new ModelSpec("m", "m", List.of(tensor), List.of(), 1, 0, List.of(2, 3));
    Tensors sent = new Tensors(1, List.of(ByteBuffer.wrap(new byte[] {1, 2, 3, 4})));

    Tensors padded = Fit.of(model, 1).padded(sent);

    assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 7, 7, 3, 4, 7, 7}), padded.buffers().getFirst());
  }

  @Test
  void nothingIsCopiedWhereTheLengthIsThatOfTheBucket() {
    ModelSpec model =
        new ModelSpec("m", "m", List.of(text("ids", 0)), List.of(), 1, 0, List.of(2, 4));
    Tensors sent = new Tensors(1, List.of(longs(1, 2)));
    assertSame(sent, Fit.of(model, 2).padded(sent));
  }

  private static TensorSpec text(String name, long padding) {
    return new TensorSpec(
        name, DataType.INT64, List.of(4), Optional.of(new TensorSpec.Free(0, padding)));
  }

  private static ByteBuffer longs(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      buffer.putLong(value);
    }
    return buffer.flip();
  }

  /** Inputs and outputs alike, of any type, some of which vary in any of their dimensions. */
  private static ModelSpec model(RandomGenerator chance) {
    List<Integer> lengths = new ArrayList<>();
    for (int more = chance.nextInt(2, 5); more > 0; more--) {
      lengths.add((lengths.isEmpty() ? 0 : lengths.getLast()) + chance.nextInt(1, 6));
    }
    List<TensorSpec> tensors = new ArrayList<>();
    for (int more = chance.nextInt(1, 4); more > 0; more--) {
      tensors.add(tensor("t" + more, lengths.getLast(), chance));
    }
    return new ModelSpec("m", "m", tensors, tensors, 1, 0, lengths);
  }

  private static TensorSpec tensor(String name, int longest, RandomGenerator chance) {
    List<DataType> types = List.of(DataType.values());
    DataType type = types.get(chance.nextInt(types.size()));
    List<Integer> shape = new ArrayList<>(List.of(2, 3, 1));
    if (chance.nextInt(4) == 0) {
      return new TensorSpec(name, type, shape);
    }
    int axis = chance.nextInt(3);
    shape.set(axis, longest);
    return new TensorSpec(
        name, type, shape, Optional.of(new TensorSpec.Free(axis, chance.nextInt(3))));
  }

  private static Tensors tensors(
      List<TensorSpec> specs, int rows, int length, RandomGenerator chance) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (TensorSpec spec : specs) {
      byte[] bytes = new byte[rows * spec.ofLength(length).bytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) chance.nextInt();
      }
      buffers.add(ByteBuffer.wrap(bytes));
    }
    return new Tensors(rows, buffers);
  }
}
