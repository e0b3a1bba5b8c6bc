package org.clockwork.gpunative.compiled;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/** Real inputs, and what a device has to answer to them. */
public final class GoldenRows {
  private final CompiledModel plan;
  private final MemorySegment file;

  GoldenRows(CompiledModel plan, MemorySegment file) {
    this.plan = plan;
    this.file = file;
  }

  /** A full batch of that size: golden rows from the first on, and again where it is larger. */
  public Tensors inputs(int batch) {
    return rows(batch, plan.inputSpecs(), plan.golden().inputs());
  }

  /** What belongs to them. */
  public Tensors outputs(int batch) {
    return rows(batch, plan.outputs(), plan.golden().outputs());
  }

  /** Says where outputs for {@link #inputs} are not what they should be; empty where they are. */
  public Optional<String> difference(Tensors found) {
    Tensors expected = outputs(found.rows());
    for (int i = 0; i < plan.outputs().size(); i++) {
      Optional<String> difference =
          difference(plan.outputs().get(i), expected.buffers().get(i), found.buffers().get(i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private Tensors rows(int batch, List<TensorSpec> specs, List<Extent> extents) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      int rowBytes = specs.get(i).bytes();
      ByteBuffer rows =
          ByteBuffer.allocate(Math.multiplyExact(batch, rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = 0; row < batch; row++) {
        long from = extents.get(i).offset() + (long) (row % plan.golden().rows()) * rowBytes;
        rows.put(file.asSlice(from, rowBytes).asByteBuffer());
      }
      buffers.add(rows.flip());
    }
    return new Tensors(batch, buffers);
  }

  private Optional<String> difference(TensorSpec spec, ByteBuffer expected, ByteBuffer found) {
    return switch (spec.type()) {
      case FP16, FP32, FP64 -> farthest(spec, expected, found);
      default ->
          expected.equals(found)
              ? Optional.empty()
              : Optional.of("output '%s' is not equal to the golden one".formatted(spec.name()));
    };
  }

  private Optional<String> farthest(TensorSpec spec, ByteBuffer expected, ByteBuffer found) {
    int elements = expected.remaining() / spec.type().bytes();
    double error = 0;
    double largest = 0;
    for (int i = 0; i < elements; i++) {
      double reference = value(spec.type(), expected, i);
      double difference = Math.abs(value(spec.type(), found, i) - reference);
      // Not a number is farther away than any number.
      error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
      largest = Math.max(largest, Math.abs(reference));
    }
    double allowed = plan.golden().tolerance() * largest;
    return error <= allowed
        ? Optional.empty()
        : Optional.of(
            "output '%s' is up to %s away from the golden one; at most %s is right (tolerance %s of the largest, %s)"
                .formatted(spec.name(), error, allowed, plan.golden().tolerance(), largest));
  }

  private static double value(DataType type, ByteBuffer bytes, int i) {
    return switch (type) {
      case FP16 -> Float.float16ToFloat(bytes.getShort(bytes.position() + i * 2));
      case FP32 -> bytes.getFloat(bytes.position() + i * 4);
      case FP64 -> bytes.getDouble(bytes.position() + i * 8);
      default -> throw new IllegalArgumentException(type + " is compared as bytes");
    };
  }
}
