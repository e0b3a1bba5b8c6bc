package org.clockwork.launcher.check;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.launcher.check.ModelCheck.Measured;

/**
 * What a check found, in the published words; what is ours stands at the end of a line or below.
 *
 * @param path as it was given
 * @param input the file; empty for random input
 * @param workspaceBytes empty where the device doesn't tell
 */
public record CheckReport(
    Path path,
    Optional<Path> input,
    DeviceSpec device,
    Hosted hosted,
    OptionalLong workspaceBytes,
    List<Checked> checked) {

  /** What was measured of one bucket; of the model, where that has one shape. */
  public record Checked(int bucket, Measured measured) {}

  /** Of each output; a thousand classes need not all be read. */
  private static final int VALUES_SHOWN = 8;

  /** The published format has two digits; what is faster than this would be 0.00. */
  private static final double SMALL_MILLIS = 0.1;

  /** The first line, before anything is measured. */
  public static String opening(Path path, Optional<Path> input, DeviceSpec device) {
    return "Checking %s using %s on %s"
        .formatted(path, input.map(Path::toString).orElse("random input"), device.kind());
  }

  /** All further lines. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("  input_size:  " + hosted.spec().inputBytes());
    lines.add("  output_size: " + hosted.spec().outputBytes());
    lines.add(
        "  workspace:   "
            + (workspaceBytes.isPresent()
                ? workspaceBytes.getAsLong()
                : "not told by this device"));
    lines.add(
        "  weights size paged (non-paged) [num_pages]: %d (%d) [%d]"
            .formatted(pagedBytes(), hosted.spec().weightsBytes(), hosted.profile().pages()));
    lines.add("  weights transfer latency: " + said(measured().load()));
    for (Checked each : checked) {
      lines.add("  execution latency%s:".formatted(ofLength(each)));
      each.measured()
          .exec()
          .forEach(
              (batch, durations) -> lines.add("    b%d: %s".formatted(batch, said(durations))));
    }
    for (Checked each : checked) {
      lines.add(
          "  input and output latency of a row%s: %s and %s"
              .formatted(
                  ofLength(each),
                  millis(each.measured().inputNanos()),
                  millis(each.measured().outputNanos())));
    }
    if (input.isPresent()) {
      lines.add("  outputs:");
      for (int i = 0; i < outputs().size(); i++) {
        lines.add("    " + output(i));
      }
    }
    return lines;
  }

  /** Of the longest requests that were measured. */
  private Measured measured() {
    return checked.getLast().measured();
  }

  /** The outputs of those. */
  private List<TensorSpec> outputs() {
    return hosted.spec().bucket(checked.getLast().bucket()).outputs();
  }

  private String ofLength(Checked each) {
    List<Integer> lengths = hosted.spec().lengths();
    return lengths.isEmpty() ? "" : ", length " + lengths.get(each.bucket());
  }

  private long pagedBytes() {
    return (long) hosted.profile().pages() * device.pageBytes();
  }

  /** The median first: a single number, as published, that one disturbed run doesn't change. */
  private static String said(Durations durations) {
    return "%s (%d runs: %s to %s, 90 %% within %s)"
        .formatted(
            millis(durations.medianNanos()),
            durations.runs(),
            millis(durations.leastNanos()),
            millis(durations.mostNanos()),
            millis(durations.upperNanos()));
  }

  private static String millis(long nanos) {
    double millis = nanos / 1e6;
    return String.format(Locale.ROOT, millis < SMALL_MILLIS ? "%.4f ms" : "%.2f ms", millis);
  }

  private String output(int index) {
    TensorSpec spec = outputs().get(index);
    StringJoiner values = new StringJoiner(" ");
    first(index).forEach(value -> values.add(value.toString()));
    return "%s %s %s: %s%s sha256 %s"
        .formatted(
            spec.name(),
            spec.type(),
            shape(spec),
            values,
            (long) spec.elements() * measured().outputs().rows() > VALUES_SHOWN ? " ..." : "",
            sha256(index));
  }

  /** With the rows in front. */
  private List<Integer> shape(TensorSpec spec) {
    List<Integer> shape = new ArrayList<>(List.of(measured().outputs().rows()));
    shape.addAll(spec.shape());
    return shape;
  }

  private List<Object> first(int index) {
    TensorSpec spec = outputs().get(index);
    ByteBuffer bytes = content(index);
    List<Object> values = new ArrayList<>();
    while (bytes.hasRemaining() && values.size() < VALUES_SHOWN) {
      values.add(
          switch (spec.type()) {
            case FP32 -> bytes.getFloat();
            case FP64 -> bytes.getDouble();
            case FP16 -> Float.float16ToFloat(bytes.getShort());
            case BOOL, UINT8 -> Byte.toUnsignedInt(bytes.get());
            case INT8 -> (int) bytes.get();
            case UINT16 -> Short.toUnsignedInt(bytes.getShort());
            case INT16 -> (int) bytes.getShort();
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt());
            case INT32 -> bytes.getInt();
            case UINT64 -> Long.toUnsignedString(bytes.getLong());
            case INT64 -> bytes.getLong();
          });
    }
    return values;
  }

  private ByteBuffer content(int index) {
    return measured().outputs().buffers().get(index).duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private String sha256(int index) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(content(index));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public JsonObject json() {
    JsonObject exec = new JsonObject();
    measured().exec().forEach((batch, durations) -> exec.put(batch.toString(), json(durations)));
    JsonArray outputs = new JsonArray();
    for (int i = 0; input.isPresent() && i < outputs().size(); i++) {
      TensorSpec spec = outputs().get(i);
      outputs.add(
          new JsonObject()
              .put("name", spec.name())
              .put("type", spec.type().name())
              .put("shape", new JsonArray(shape(spec)))
              .put("first", new JsonArray(texts(first(i))))
              .put("sha256", sha256(i)));
    }
    return new JsonObject()
        .put("path", path.toString())
        .put("model", hosted.spec().name())
        .put("device", device.kind())
        .put("input", input.map(Path::toString).orElse(null))
        .put("runs", measured().load().runs())
        .put("input_bytes", hosted.spec().inputBytes())
        .put("output_bytes", hosted.spec().outputBytes())
        .put("workspace_bytes", workspaceBytes.isPresent() ? workspaceBytes.getAsLong() : null)
        .put("weights_paged_bytes", pagedBytes())
        .put("weights_bytes", hosted.spec().weightsBytes())
        .put("pages", hosted.profile().pages())
        .put("load_ms", json(measured().load()))
        .put("input_ms", measured().inputNanos() / 1e6)
        .put("output_ms", measured().outputNanos() / 1e6)
        .put("exec_ms", exec)
        .put("buckets", buckets())
        .put("outputs", outputs);
  }

  /** Where there are several, of each that was measured. */
  private JsonArray buckets() {
    JsonArray buckets = new JsonArray();
    for (Checked each : hosted.spec().lengths().isEmpty() ? List.<Checked>of() : checked) {
      JsonObject exec = new JsonObject();
      each.measured().exec().forEach((batch, took) -> exec.put(batch.toString(), json(took)));
      buckets.add(
          new JsonObject()
              .put("length", hosted.spec().lengths().get(each.bucket()))
              .put("input_ms", each.measured().inputNanos() / 1e6)
              .put("output_ms", each.measured().outputNanos() / 1e6)
              .put("exec_ms", exec));
    }
    return buckets;
  }

  private static JsonObject json(Durations durations) {
    return new JsonObject()
        .put("p50", durations.medianNanos() / 1e6)
        .put("p90", durations.upperNanos() / 1e6)
        .put("min", durations.leastNanos() / 1e6)
        .put("max", durations.mostNanos() / 1e6);
  }

  /** As text, since JSON has no NaN. */
  private static List<String> texts(List<Object> values) {
    return values.stream().map(Object::toString).toList();
  }
}
