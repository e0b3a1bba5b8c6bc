package org.clockwork.scripts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;

/** Tensors as scripts write and read them: numbers in lists, nested or not. */
final class Tensor {
  private Tensor() {}

  /**
   * One row of input: by the input's name, or the numbers alone where a model has one input.
   *
   * @throws Wrong naming the input, what was given and what is expected
   */
  static Payload payload(ModelSpec model, Value given) {
    List<NamedTensor> tensors = new ArrayList<>();
    if (given.hasArrayElements()) {
      if (model.inputs().size() != 1) {
        throw Wrong.type(
            "infer: input is a list, and model '%s' has the inputs %s; expected each by its name"
                .formatted(model.name(), names(model)));
      }
      tensors.add(tensor(model, model.inputs().getFirst(), given));
    } else {
      for (TensorSpec spec : model.inputs()) {
        tensors.add(tensor(model, spec, member(model, given, spec.name())));
      }
    }
    return new Payload.Named(tensors);
  }

  private static Value member(ModelSpec model, Value given, String name) {
    if (given.hasHashEntries() && given.hasHashEntry(name)) {
      return given.getHashValue(name);
    }
    if (!given.hasHashEntries() && given.hasMember(name)) {
      return given.getMember(name);
    }
    throw Wrong.type(
        "infer: input has no '%s'; model '%s' has the inputs %s"
            .formatted(name, model.name(), names(model)));
  }

  private static NamedTensor tensor(ModelSpec model, TensorSpec spec, Value given) {
    ByteBuffer content = ByteBuffer.allocate(spec.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    long left = fill(model, spec, given, content, spec.elements());
    content.flip();
    if (left != 0 && !isShorter(spec, content)) {
      throw count(model, spec, (spec.elements() - left) + " numbers");
    }
    List<Long> shape = new ArrayList<>(List.of(1L));
    spec.shapeOf(content.remaining()).forEach(dimension -> shape.add(dimension.longValue()));
    return new NamedTensor(spec.name(), spec.type(), shape, content);
  }

  /** Whether requests may be of several lengths, and so many numbers make one. */
  private static boolean isShorter(TensorSpec spec, ByteBuffer content) {
    return spec.free().isPresent()
        && content.hasRemaining()
        && content.remaining() % spec.bytesPerLength() == 0;
  }

  private static long fill(
      ModelSpec model, TensorSpec spec, Value given, ByteBuffer content, long room) {
    long left = room;
    if (given.hasArrayElements()) {
      for (long i = 0; i < given.getArraySize(); i++) {
        left = fill(model, spec, given.getArrayElement(i), content, left);
      }
      return left;
    }
    if (left == 0) {
      throw count(model, spec, "more numbers");
    }
    put(spec, given, content);
    return left - 1;
  }

  private static void put(TensorSpec spec, Value given, ByteBuffer content) {
    double number = given.isBoolean() ? (given.asBoolean() ? 1 : 0) : number(spec, given);
    switch (spec.type()) {
      case FP32 -> content.putFloat((float) number);
      case FP64 -> content.putDouble(number);
      case FP16 -> content.putShort(Float.floatToFloat16((float) number));
      case BOOL, INT8, UINT8 -> content.put((byte) number);
      case INT16, UINT16 -> content.putShort((short) number);
      case INT32 -> content.putInt((int) number);
      case UINT32 -> content.putInt((int) (long) number);
      case INT64, UINT64 -> content.putLong(given.fitsInLong() ? given.asLong() : (long) number);
    }
  }

  private static double number(TensorSpec spec, Value given) {
    if (!given.isNumber() || !given.fitsInDouble()) {
      throw Wrong.type(
          "infer: input '%s' holds %s; expected numbers, in lists".formatted(spec.name(), given));
    }
    return given.asDouble();
  }

  private static Wrong count(ModelSpec model, TensorSpec spec, String found) {
    return Wrong.range(
        "infer: input '%s' of model '%s' has %s; expected %s%d, shape %s"
            .formatted(
                spec.name(),
                model.name(),
                found,
                spec.free().isEmpty() ? "" : "at most ",
                spec.elements(),
                spec.declaredShape()));
  }

  private static String names(ModelSpec model) {
    return String.join(", ", model.inputs().stream().map(TensorSpec::name).toList());
  }

  /** An answer's outputs: for each its name, its shape and its numbers. */
  static ProxyArray outputs(ModelSpec model, Tensors tensors) {
    Object[] outputs = new Object[model.outputs().size()];
    for (int i = 0; i < outputs.length; i++) {
      TensorSpec spec = model.outputs().get(i);
      ByteBuffer buffer = tensors.buffers().get(i).duplicate().order(ByteOrder.LITTLE_ENDIAN);
      Object[] numbers = new Object[buffer.remaining() / spec.type().bytes()];
      for (int n = 0; n < numbers.length; n++) {
        numbers[n] = next(spec, buffer);
      }
      List<Object> shape = new ArrayList<>(List.of(tensors.rows()));
      shape.addAll(spec.shapeOf(buffer.remaining() / tensors.rows()));
      outputs[i] =
          ProxyArray.fromArray(
              spec.name(), ProxyArray.fromList(shape), ProxyArray.fromArray(numbers));
    }
    return ProxyArray.fromArray(outputs);
  }

  private static Object next(TensorSpec spec, ByteBuffer buffer) {
    return switch (spec.type()) {
      case FP32 -> (double) buffer.getFloat();
      case FP64 -> buffer.getDouble();
      case FP16 -> (double) Float.float16ToFloat(buffer.getShort());
      case BOOL, UINT8 -> Byte.toUnsignedInt(buffer.get());
      case INT8 -> (int) buffer.get();
      case INT16 -> (int) buffer.getShort();
      case UINT16 -> Short.toUnsignedInt(buffer.getShort());
      case INT32 -> buffer.getInt();
      case UINT32 -> Integer.toUnsignedLong(buffer.getInt());
      case INT64, UINT64 -> buffer.getLong();
    };
  }
}
