package org.clockwork.gateway.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * Tensors in JSON: {@code {"name", "datatype", "shape"}} and either "data", "base64" or, for those
 * whose bytes are beside the JSON, "binary".
 */
public final class TensorJson {
  /** More dimensions than any model has; also bounds how deep nested data are followed. */
  private static final int DIMENSIONS_MAX = 16;

  private TensorJson() {}

  /** How the contents of tensors are written. */
  public enum Encoding {
    DATA,
    BASE64,
    /** Their number is written; whoever sends the message adds the bytes, tensor after tensor. */
    BINARY
  }

  /**
   * One tensor.
   *
   * @param attachment where "binary" bytes are taken from
   */
  public static NamedTensor read(Fields fields, Attachment attachment) throws MalformedException {
    fields.allow("name", "datatype", "shape", "data", "base64", "binary");
    String name = fields.text("name");
    DataType type = type(fields);
    List<Long> shape = shape(fields);
    ByteBuffer content =
        switch (contentField(fields)) {
          case "data" -> elements(fields, type, shape);
          case "base64" -> bytes(fields, type, shape);
          default -> attached(fields, type, shape, attachment);
        };
    return new NamedTensor(name, type, shape, content);
  }

  private static String contentField(Fields fields) throws MalformedException {
    List<String> there = Stream.of("data", "base64", "binary").filter(fields::has).toList();
    if (there.size() == 1) {
      return there.getFirst();
    }
    throw new MalformedException(
        "'%s%s' and '%1$s%s' are %s; exactly one is expected"
            .formatted(
                fields.where(),
                there.isEmpty() ? "data" : there.get(0),
                there.isEmpty() ? "base64" : there.get(1),
                there.isEmpty() ? "missing" : "both there"));
  }

  /** Outputs of a model, in its order. */
  public static JsonArray write(List<TensorSpec> specs, Tensors tensors, Encoding encoding) {
    JsonArray outputs = new JsonArray();
    for (int i = 0; i < specs.size(); i++) {
      TensorSpec spec = specs.get(i);
      ByteBuffer content = tensors.buffers().get(i).duplicate().order(ByteOrder.LITTLE_ENDIAN);
      JsonArray shape = new JsonArray().add(tensors.rows());
      spec.shapeOf(content.remaining() / tensors.rows()).forEach(shape::add);
      JsonObject output =
          new JsonObject()
              .put("name", spec.name())
              .put("datatype", spec.type().name())
              .put("shape", shape);
      outputs.add(
          switch (encoding) {
            case DATA -> output.put("data", values(content, spec.type()));
            case BASE64 -> output.put("base64", base64(content));
            case BINARY -> output.put("binary", content.remaining());
          });
    }
    return outputs;
  }

  public static DataType type(Fields fields) throws MalformedException {
    return type(fields.text("datatype"), fields.where() + "datatype");
  }

  /**
   * The type of that name.
   *
   * @param where it stands, for the message
   */
  public static DataType type(String word, String where) throws MalformedException {
    for (DataType type : DataType.values()) {
      if (type.name().equals(word)) {
        return type;
      }
    }
    throw new MalformedException(
        "field '%s' is the string %s; one of %s is expected"
            .formatted(where, Shown.text(word), List.of(DataType.values())));
  }

  public static List<Long> shape(Fields fields) throws MalformedException {
    JsonArray dimensions = fields.array("shape");
    if (dimensions.isEmpty() || dimensions.size() > DIMENSIONS_MAX) {
      throw fields.wrong(
          "shape", dimensions, "an array of 1 to %d dimensions".formatted(DIMENSIONS_MAX));
    }
    List<Long> shape = new ArrayList<>(dimensions.size());
    for (int i = 0; i < dimensions.size(); i++) {
      Object dimension = dimensions.getValue(i);
      if (!(dimension instanceof Integer || dimension instanceof Long)
          || ((Number) dimension).longValue() < 0) {
        throw fields.wrong("shape[" + i + "]", dimension, "an integer from 0");
      }
      shape.add(((Number) dimension).longValue());
    }
    return shape;
  }

  /** Flat or nested to any form; their number counts, and nothing is allocated for a mere claim. */
  public static ByteBuffer elements(Fields fields, DataType type, List<Long> shape)
      throws MalformedException {
    JsonArray data = fields.array("data");
    String where = fields.where() + "data";
    long count = count(data, where, 1);
    expectSize(fields.text("name"), count, count, shape, "elements");
    ByteBuffer content = littleEndian(Math.multiplyExact(Math.toIntExact(count), type.bytes()));
    put(content, type, data, where);
    return content.flip();
  }

  private static ByteBuffer bytes(Fields fields, DataType type, List<Long> shape)
      throws MalformedException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(fields.text("base64"));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          "field '%sbase64' is no base64: %s".formatted(fields.where(), e.getMessage()));
    }
    expectBytes(
        fields.text("name"),
        "field '%sbase64'".formatted(fields.where()),
        bytes.length,
        type,
        shape);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer attached(
      Fields fields, DataType type, List<Long> shape, Attachment attachment)
      throws MalformedException {
    int size = fields.integer("binary", 0, 0, Integer.MAX_VALUE);
    String bearer = "field '%sbinary'".formatted(fields.where());
    expectBytes(fields.text("name"), bearer, size, type, shape);
    return attachment.take(size, bearer);
  }

  /**
   * Objects where so many bytes are no tensor of that type and shape.
   *
   * @param bearer of the bytes, for the message
   */
  public static void expectBytes(
      String name, String bearer, int bytes, DataType type, List<Long> shape)
      throws MalformedException {
    if (bytes % type.bytes() != 0) {
      throw new MalformedException(
          "%s carries %d bytes; a multiple of %d is expected for %s"
              .formatted(bearer, bytes, type.bytes(), type));
    }
    expectSize(name, bytes / type.bytes(), bytes, shape, "bytes");
  }

  private static void expectSize(
      String name, long elements, long sent, List<Long> shape, String unit)
      throws MalformedException {
    if (elements != product(shape)) {
      throw new MalformedException(
          "tensor '%s' carries %d %s; its shape %s says otherwise: %s elements"
              .formatted(name, sent, unit, shape, productText(shape)));
    }
  }

  /** Saturates, so that an absurd shape is a wrong one and not an overflow. */
  private static long product(List<Long> shape) {
    long product = 1;
    for (long dimension : shape) {
      if (dimension != 0 && product > Long.MAX_VALUE / dimension) {
        return Long.MAX_VALUE;
      }
      product *= dimension;
    }
    return product;
  }

  private static String productText(List<Long> shape) {
    long product = product(shape);
    return product == Long.MAX_VALUE ? "more than any tensor has" : Long.toString(product);
  }

  private static long count(JsonArray data, String where, int depth) throws MalformedException {
    if (depth > DIMENSIONS_MAX) {
      throw new MalformedException(
          "'%s' is nested deeper than %d arrays".formatted(where, DIMENSIONS_MAX));
    }
    long count = 0;
    for (Object value : data) {
      count += value instanceof JsonArray inner ? count(inner, where, depth + 1) : 1;
    }
    return count;
  }

  private static void put(ByteBuffer content, DataType type, JsonArray data, String where)
      throws MalformedException {
    for (int i = 0; i < data.size(); i++) {
      Object value = data.getValue(i);
      String there = where + "[" + i + "]";
      if (value instanceof JsonArray inner) {
        put(content, type, inner, there);
      } else {
        Elements.put(content, type, value, there);
      }
    }
  }

  public static JsonArray values(ByteBuffer content, DataType type) {
    JsonArray values = new JsonArray();
    while (content.hasRemaining()) {
      values.add(Elements.take(content, type));
    }
    return values;
  }

  private static String base64(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
