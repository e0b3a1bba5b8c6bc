package org.clockwork.client.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.clockwork.core.model.DataType;

/**
 * Elements of one type in one shape, row after row. Never changes: what it is made of is copied,
 * and what it gives are copies.
 */
public final class Tensor {
  private final DataType type;
  private final List<Long> shape;
  private final byte[] bytes;

  private Tensor(DataType type, List<Long> shape, byte[] bytes) {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 1) {
        throw new IllegalArgumentException("each dimension is above 0, but the shape is " + shape);
      }
      elements = Math.multiplyExact(elements, dimension);
    }
    if (Math.multiplyExact(elements, type.bytes()) != bytes.length) {
      throw new IllegalArgumentException(
          "%s of shape %s takes %d bytes, and %d are there"
              .formatted(type, shape, elements * type.bytes(), bytes.length));
    }
    this.type = type;
    this.shape = List.copyOf(shape);
    this.bytes = bytes;
  }

  /**
   * 32-bit reals.
   *
   * @param shape with the batch dimension in front
   */
  public static Tensor of(float[] elements, long... shape) {
    byte[] bytes = new byte[elements.length * Float.BYTES];
    littleEndian(bytes).asFloatBuffer().put(elements);
    return new Tensor(DataType.FP32, boxed(shape), bytes);
  }

  /**
   * 64-bit integers, such as token ids.
   *
   * @param shape with the batch dimension in front
   */
  public static Tensor of(long[] elements, long... shape) {
    byte[] bytes = new byte[elements.length * Long.BYTES];
    littleEndian(bytes).asLongBuffer().put(elements);
    return new Tensor(DataType.INT64, boxed(shape), bytes);
  }

  /**
   * 32-bit integers.
   *
   * @param shape with the batch dimension in front
   */
  public static Tensor of(int[] elements, long... shape) {
    byte[] bytes = new byte[elements.length * Integer.BYTES];
    littleEndian(bytes).asIntBuffer().put(elements);
    return new Tensor(DataType.INT32, boxed(shape), bytes);
  }

  /**
   * Any type.
   *
   * @param content the elements as little-endian bytes, between position and limit
   * @param shape with the batch dimension in front
   */
  public static Tensor of(DataType type, ByteBuffer content, long... shape) {
    byte[] bytes = new byte[content.remaining()];
    content.get(content.position(), bytes);
    return new Tensor(type, boxed(shape), bytes);
  }

  public DataType type() {
    return type;
  }

  /** With the batch dimension in front. */
  public List<Long> shape() {
    return shape;
  }

  /** The elements as little-endian bytes. */
  public ByteBuffer content() {
    return littleEndian(bytes.clone());
  }

  /** The elements of an {@code FP32} tensor. */
  public float[] floats() {
    float[] elements = new float[as(DataType.FP32).remaining() / Float.BYTES];
    as(DataType.FP32).asFloatBuffer().get(elements);
    return elements;
  }

  /** The elements of an {@code INT64} tensor. */
  public long[] longs() {
    long[] elements = new long[as(DataType.INT64).remaining() / Long.BYTES];
    as(DataType.INT64).asLongBuffer().get(elements);
    return elements;
  }

  /** The elements of an {@code INT32} tensor. */
  public int[] ints() {
    int[] elements = new int[as(DataType.INT32).remaining() / Integer.BYTES];
    as(DataType.INT32).asIntBuffer().get(elements);
    return elements;
  }

  private ByteBuffer as(DataType wanted) {
    if (type != wanted) {
      throw new IllegalStateException("the tensor holds %s, not %s".formatted(type, wanted));
    }
    return littleEndian(bytes);
  }

  JsonObject json(String name) {
    return new JsonObject()
        .put("name", name)
        .put("datatype", type.name())
        .put("shape", new JsonArray(shape))
        .put("base64", Base64.getEncoder().encodeToString(bytes));
  }

  static Tensor of(JsonObject json) {
    JsonArray dimensions = json.getJsonArray("shape");
    long[] shape = new long[dimensions.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dimensions.getLong(i);
    }
    return new Tensor(
        DataType.valueOf(json.getString("datatype")),
        boxed(shape),
        Base64.getDecoder().decode(json.getString("base64")));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<Long> boxed(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && type == that.type
        && shape.equals(that.shape)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type.hashCode() + shape.hashCode()) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
