package org.clockwork.benchmarks.doors;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/** y = max(x, 0) on 768 floats: 3 KB in, 3 KB out, and next to nothing in between. */
final class SmallModel {
  static final String NAME = "relu-3kb";

  /** What each request has time for: that of a machine which is busy with something else. */
  static final long OBJECTIVE_MICROS = 1_000_000;

  private static final int WIDTH = 768;
  private static final long SIMULATED_EXEC_NANOS = 100_000;
  private static final long SIMULATED_LOAD_NANOS = 1_000_000;

  private SmallModel() {}

  static ModelSpec spec() {
    return new ModelSpec(
        NAME,
        NAME,
        List.of(new TensorSpec("x", DataType.FP32, List.of(WIDTH))),
        List.of(new TensorSpec("y", DataType.FP32, List.of(WIDTH))),
        1,
        0);
  }

  /** One row of input. */
  static Tensors input() {
    ByteBuffer row = ByteBuffer.allocate(WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < WIDTH; i++) {
      row.putFloat(i - WIDTH / 2f);
    }
    return new Tensors(1, List.of(row.flip()));
  }

  /** For simulated devices, where any batch takes a tenth of a millisecond. */
  static ModelSource simulated() {
    return simulated(NAME, SIMULATED_EXEC_NANOS);
  }

  /** The same under another name, where a batch takes that long. */
  static ModelSource simulated(String name, long nanos) {
    TreeMap<Integer, Long> execNanos = new TreeMap<>();
    for (int batch = 1; batch <= 16; batch *= 2) {
      execNanos.put(batch, nanos);
    }
    return new ModelSource.Measured(
        spec().named(name),
        new Profile(1, SIMULATED_LOAD_NANOS, 0, 0, execNanos),
        ModelSettings.NONE);
  }

  /** As an ONNX file, for the {@code onnx} device. */
  static ModelSource onnx(Path folder) throws IOException {
    Path model = Files.createDirectories(folder.resolve(NAME));
    Path file = Files.write(model.resolve("model.onnx"), file());
    return new ModelSource.Onnx(NAME, file, model.resolve("profile.json"), ModelSettings.NONE);
  }

  // The few fields of onnx.proto that one operator needs, by their numbers.

  private static byte[] file() {
    ByteString node = message(text(1, "x"), text(2, "y"), text(4, "Relu"));
    ByteString graph =
        message(part(1, node), text(2, "graph"), part(11, tensor("x")), part(12, tensor("y")));
    ByteString operators = message(number(2, 13));
    return message(number(1, 8), part(7, graph), part(8, operators)).toByteArray();
  }

  private static ByteString tensor(String name) {
    ByteString shape =
        message(part(1, message(text(2, "batch"))), part(1, message(number(1, WIDTH))));
    ByteString floats = message(number(1, 1), part(2, shape));
    return message(text(1, name), part(2, message(part(1, floats))));
  }

  private static ByteString message(UnknownFieldSet... fields) {
    UnknownFieldSet.Builder message = UnknownFieldSet.newBuilder();
    List.of(fields).forEach(message::mergeFrom);
    return message.build().toByteString();
  }

  private static UnknownFieldSet text(int field, String value) {
    return part(field, ByteString.copyFromUtf8(value));
  }

  private static UnknownFieldSet part(int field, ByteString value) {
    return set(field, Field.newBuilder().addLengthDelimited(value));
  }

  private static UnknownFieldSet number(int field, long value) {
    return set(field, Field.newBuilder().addVarint(value));
  }

  private static UnknownFieldSet set(int field, Field.Builder value) {
    return UnknownFieldSet.newBuilder().addField(field, value.build()).build();
  }
}
