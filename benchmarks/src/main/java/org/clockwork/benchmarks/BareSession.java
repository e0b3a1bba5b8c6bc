package org.clockwork.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.profile.GraphOptimisation;

/** ONNX Runtime with nothing around it, on one thread: what everything else is measured against. */
final class BareSession implements AutoCloseable {
  private final OrtSession session;

  private BareSession(OrtSession session) {
    this.session = session;
  }

  static BareSession open(Path file, GraphOptimisation optimisation)
      throws OrtException, IOException {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(
          switch (optimisation) {
            case BASIC -> OptLevel.BASIC_OPT;
            case ALL -> OptLevel.ALL_OPT;
          });
      return new BareSession(
          OrtEnvironment.getEnvironment().createSession(Files.readAllBytes(file), options));
    }
  }

  /** These parts as one batch, with tensors that are allocated once. */
  Batch batch(ModelSpec model, int size, List<Tensors> parts) throws OrtException {
    Map<String, OnnxTensor> inputs = tensors(model.inputs(), size);
    fill(inputs, parts);
    return new Batch(inputs, tensors(model.outputs(), size));
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }

  /** One batch that can be run again and again. */
  final class Batch implements AutoCloseable {
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    private Batch(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
      this.inputs = inputs;
      this.outputs = outputs;
    }

    void run() throws OrtException {
      session.run(inputs, outputs).close();
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  private static Map<String, OnnxTensor> tensors(List<TensorSpec> specs, int batch)
      throws OrtException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      List<Long> shape = new ArrayList<>(List.of((long) batch));
      spec.shape().forEach(dimension -> shape.add(dimension.longValue()));
      long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(batch * spec.bytes()).order(ByteOrder.nativeOrder());
      tensors.put(
          spec.name(),
          switch (spec.type()) {
            case INT64 ->
                OnnxTensor.createTensor(
                    OrtEnvironment.getEnvironment(), bytes.asLongBuffer(), dimensions);
            case FP32 ->
                OnnxTensor.createTensor(
                    OrtEnvironment.getEnvironment(), bytes.asFloatBuffer(), dimensions);
            default -> throw new IllegalArgumentException("the model has no " + spec.type());
          });
    }
    return tensors;
  }

  private static void fill(Map<String, OnnxTensor> inputs, List<Tensors> parts) {
    int input = 0;
    for (OnnxTensor tensor : inputs.values()) {
      LongBuffer longs = (LongBuffer) tensor.getBufferRef().orElseThrow();
      int at = 0;
      for (Tensors part : parts) {
        LongBuffer row =
            part.buffers().get(input).duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        longs.put(at, row, 0, row.remaining());
        at += row.remaining();
      }
      input++;
    }
  }
}
