package org.clockwork.gpunative.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.clockwork.core.model.TensorSpec;

/**
 * Where the inputs and outputs of one batch size lie inside an io slot. Compared by identity: one
 * exists for each batch size of each file, and slots remember their views by it.
 */
final class IoLayout {
  /** A cache line, and the widest vector register. */
  static final int ALIGNMENT = 64;

  private final int batch;
  private final List<Area> inputs;
  private final List<Area> outputs;
  private final long bytes;

  /** One tensor of the batch. */
  record Area(TensorSpec spec, long offset, long bytes) {}

  IoLayout(int batch, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    this.batch = batch;
    this.inputs = areas(inputs, 0);
    long outputsBegin = end(this.inputs, 0);
    this.outputs = areas(outputs, outputsBegin);
    this.bytes = end(this.outputs, outputsBegin);
  }

  int batch() {
    return batch;
  }

  List<Area> inputs() {
    return inputs;
  }

  List<Area> outputs() {
    return outputs;
  }

  /** The batch first, then the shape of one row. */
  long[] shape(Area area) {
    return LongStream.concat(
            LongStream.of(batch), area.spec().shape().stream().mapToLong(Integer::longValue))
        .toArray();
  }

  /** Of all inputs and outputs together. */
  long bytes() {
    return bytes;
  }

  private List<Area> areas(List<TensorSpec> specs, long begin) {
    List<Area> areas = new ArrayList<>();
    for (TensorSpec spec : specs) {
      areas.add(new Area(spec, end(areas, begin), (long) batch * spec.bytes()));
    }
    return List.copyOf(areas);
  }

  private static long end(List<Area> areas, long begin) {
    if (areas.isEmpty()) {
      return begin;
    }
    Area last = areas.getLast();
    return (last.offset() + last.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
