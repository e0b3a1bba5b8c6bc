package org.clockwork.test.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes ONNX files of a few hundred bytes whose outputs can be worked out by hand: the handful of
 * protobuf fields (onnx.proto, IR version 8, operators version 13) that they need.
 */
public final class OnnxFiles {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  /** A dimension that the file leaves free, by name. */
  public static final String BATCH = "batch";

  private OnnxFiles() {}

  /** y = x × 2 + 1 on rows of three floats. */
  public static Path affine(Path file) {
    return affine(file, BATCH, 3);
  }

  /**
   * y = x × 2 + 1.
   *
   * @param dimensions of x and y, the batch first; a string is a free one
   */
  public static Path affine(Path file, Object... dimensions) {
    return write(
        file,
        List.of(
            node("Mul", List.of("x", "two"), "doubled"),
            node("Add", List.of("doubled", "one"), "y")),
        List.of(floats("two", 2), floats("one", 1)),
        List.of(tensor("x", FLOAT, dimensions)),
        List.of(tensor("y", FLOAT, dimensions)));
  }

  /**
   * y = table[ids] × weights, element by element: two int64 inputs, and an index that must lie
   * inside a table of eight entries (entry i is 10 × i).
   */
  public static Path lookup(Path file) {
    return write(
        file,
        List.of(
            node("Gather", List.of("table", "ids"), "found"),
            attribute(node("Cast", List.of("weights"), "factors"), "to", FLOAT),
            node("Mul", List.of("found", "factors"), "y")),
        List.of(floats("table", 0, 10, 20, 30, 40, 50, 60, 70)),
        List.of(
            tensor("ids", INT64, BATCH, "sequence_length"),
            tensor("weights", INT64, BATCH, "sequence_length")),
        List.of(tensor("y", FLOAT, BATCH, "sequence_length")));
  }

  /** y = the sum over the sequence of table[ids] × weights, as {@link #lookup} has them. */
  public static Path lookupSum(Path file) {
    return write(
        file,
        List.of(
            node("Gather", List.of("table", "ids"), "found"),
            attribute(node("Cast", List.of("weights"), "factors"), "to", FLOAT),
            node("Mul", List.of("found", "factors"), "products"),
            attribute(node("ReduceSum", List.of("products", "sequence"), "y"), "keepdims", 0)),
        List.of(floats("table", 0, 10, 20, 30, 40, 50, 60, 70), longs("sequence", 1)),
        List.of(
            tensor("ids", INT64, BATCH, "sequence_length"),
            tensor("weights", INT64, BATCH, "sequence_length")),
        List.of(tensor("y", FLOAT, BATCH)));
  }

  /** y = Florb(x), an operator that nobody has. */
  public static Path unknownOperator(Path file) {
    return write(
        file,
        List.of(node("Florb", List.of("x"), "y")),
        List.of(),
        List.of(tensor("x", FLOAT, BATCH, 3)),
        List.of(tensor("y", FLOAT, BATCH, 3)));
  }

  /** y = the sum over all rows and columns: an output without a batch dimension. */
  public static Path total(Path file) {
    return write(
        file,
        List.of(attribute(node("ReduceSum", List.of("x"), "y"), "keepdims", 0)),
        List.of(),
        List.of(tensor("x", FLOAT, BATCH, 3)),
        List.of(tensor("y", FLOAT)));
  }

  private static Path write(
      Path file,
      List<Message> nodes,
      List<Message> constants,
      List<Message> inputs,
      List<Message> outputs) {
    Message graph = new Message();
    nodes.forEach(node -> graph.message(1, node));
    graph.text(2, "graph");
    constants.forEach(constant -> graph.message(5, constant));
    inputs.forEach(input -> graph.message(11, input));
    outputs.forEach(output -> graph.message(12, output));
    Message model = new Message().number(1, 8).message(7, graph);
    model.message(8, new Message().number(2, 13));
    try {
      return Files.write(file, model.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Message node(String operator, List<String> inputs, String output) {
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    return node.text(2, output).text(4, operator);
  }

  private static Message attribute(Message node, String name, long value) {
    return node.message(5, new Message().text(1, name).number(3, value).number(20, 2));
  }

  private static Message floats(String name, float... values) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    return new Message()
        .number(1, values.length)
        .number(2, FLOAT)
        .text(8, name)
        .bytes(9, raw.array());
  }

  private static Message longs(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return new Message()
        .number(1, values.length)
        .number(2, INT64)
        .text(8, name)
        .bytes(9, raw.array());
  }

  private static Message tensor(String name, int type, Object... dimensions) {
    Message shape = new Message();
    for (Object dimension : dimensions) {
      Message written = new Message();
      if (dimension instanceof Integer fixed) {
        written.number(1, fixed);
      } else {
        written.text(2, (String) dimension);
      }
      shape.message(1, written);
    }
    Message tensor = new Message().number(1, type).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** A protobuf message under construction. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes());
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | LENGTH_DELIMITED);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
