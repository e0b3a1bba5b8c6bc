package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gpunative.profile.GraphOptimisation;

/**
 * The bytes of one model in host memory, in the form that LOAD is quickest with; copies of the
 * model share them. LOAD touches no file.
 */
final class HostedFile {
  private final ByteBuffer bytes;
  private final boolean optimised;
  private final GraphOptimisation optimisation;
  private final List<Map<Integer, IoLayout>> layouts = new ArrayList<>();

  private HostedFile(
      ByteBuffer bytes, boolean optimised, GraphOptimisation optimisation, ModelShape shape) {
    this.bytes = bytes;
    this.optimised = optimised;
    this.optimisation = optimisation;
    if (shape.buckets().isEmpty()) {
      layouts.add(layouts(shape.batchSizes(), shape.inputs(), shape.outputs()));
    }
    for (int length : shape.buckets()) {
      layouts.add(
          layouts(
              shape.batchSizes(),
              ofLength(shape.inputs(), length),
              ofLength(shape.outputs(), length)));
    }
  }

  /**
   * Optimises the graph once, here, so that LOAD needn't: through a file, which is the only way out
   * of ONNX Runtime, in the folder for temporary ones. Where that can't be written the ONNX bytes
   * serve, and LOAD takes longer.
   */
  static HostedFile prepare(ByteBuffer onnx, ModelShape shape, GraphOptimisation optimisation) {
    try {
      Path file = Files.createTempFile("clockwork-", ".ort");
      try {
        OnnxRuntime.fromOnnx(onnx, optimisation, file).close();
        HostedFile hosted = new HostedFile(read(file), true, optimisation, shape);
        hosted.open().close();
        return hosted;
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException | OrtException e) {
      return new HostedFile(onnx, false, optimisation, shape);
    }
  }

  /** LOAD's part of ONNX Runtime. */
  OrtSession open() throws OrtException {
    return optimised ? OnnxRuntime.fromOptimised(bytes) : OnnxRuntime.fromOnnx(bytes, optimisation);
  }

  GraphOptimisation optimisation() {
    return optimisation;
  }

  /** How many there are; one where the model has one shape. */
  int buckets() {
    return layouts.size();
  }

  /** Of that bucket by batch size, ascending. */
  Map<Integer, IoLayout> layouts(int bucket) {
    return layouts.get(bucket);
  }

  private static Map<Integer, IoLayout> layouts(
      List<Integer> batches, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    Map<Integer, IoLayout> layouts = new TreeMap<>();
    batches.forEach(batch -> layouts.put(batch, new IoLayout(batch, inputs, outputs)));
    return layouts;
  }

  private static List<TensorSpec> ofLength(List<TensorSpec> specs, int length) {
    return specs.stream().map(spec -> spec.ofLength(length)).toList();
  }

  /** A whole file outside the heap, where ONNX Runtime reads it without another copy. */
  static ByteBuffer read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new IOException("it holds " + size + " bytes; at most 2147483647 can be served");
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder());
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return bytes.flip();
    }
  }

  static String sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
