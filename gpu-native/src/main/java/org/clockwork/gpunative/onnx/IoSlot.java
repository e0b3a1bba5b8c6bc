package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.gpunative.batch.BatchBuffers;

/**
 * Memory outside the heap for the inputs and outputs of one batch at a time, whatever model it is
 * of: what all slots take is slots × the largest batch, however many models there are. ONNX Runtime
 * reads and writes it in place. Used by one thread at a time.
 */
final class IoSlot implements AutoCloseable {
  /** Views are a few hundred bytes each; enough for every batch size of a hundred models. */
  private static final int VIEWS_KEPT = 512;

  private final SequencedMap<IoLayout, View> views = new LinkedHashMap<>(16, 0.75f, true);
  private Arena arena = Arena.ofShared();
  private MemorySegment memory = MemorySegment.NULL;

  /** The slot's memory as one layout sees it; made once and used for every batch of that layout. */
  record View(
      BatchBuffers buffers,
      Map<String, OnnxTensor> inputTensors,
      Map<String, OnnxTensor> outputTensors) {
    private void close() {
      inputTensors.values().forEach(OnnxTensor::close);
      outputTensors.values().forEach(OnnxTensor::close);
    }
  }

  View view(IoLayout layout) throws DeviceException {
    View known = views.get(layout);
    if (known != null) {
      return known;
    }
    if (memory.byteSize() < layout.bytes()) {
      grow(layout.bytes());
    }
    if (views.size() == VIEWS_KEPT) {
      views.pollFirstEntry().getValue().close();
    }
    View view = viewOf(layout);
    views.put(layout, view);
    return view;
  }

  /** The same with zeros for inputs: where they lie, another layout may have had its outputs. */
  View cleared(IoLayout layout) throws DeviceException {
    View view = view(layout);
    for (ByteBuffer input : view.buffers().inputs()) {
      input.put(0, new byte[input.capacity()]);
    }
    return view;
  }

  private void grow(long bytes) throws DeviceException {
    close();
    arena = Arena.ofShared();
    try {
      memory = arena.allocate(bytes, IoLayout.ALIGNMENT);
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          ErrorCode.INPUT_HOST_ALLOCATION,
          "no %d bytes left outside the heap for an io slot; raise -XX:MaxDirectMemorySize or lower the largest batch size"
              .formatted(bytes),
          e);
    }
  }

  private View viewOf(IoLayout layout) throws DeviceException {
    List<ByteBuffer> inputs = new ArrayList<>();
    List<ByteBuffer> outputs = new ArrayList<>();
    Map<String, OnnxTensor> inputTensors = tensors(layout, layout.inputs(), inputs);
    Map<String, OnnxTensor> outputTensors = tensors(layout, layout.outputs(), outputs);
    return new View(new BatchBuffers(inputs, outputs), inputTensors, outputTensors);
  }

  private Map<String, OnnxTensor> tensors(
      IoLayout layout, List<IoLayout.Area> areas, List<ByteBuffer> buffers) throws DeviceException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    for (IoLayout.Area area : areas) {
      ByteBuffer buffer =
          memory.asSlice(area.offset(), area.bytes()).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      buffers.add(buffer);
      try {
        tensors.put(
            area.spec().name(),
            OnnxTensor.createTensor(
                OnnxRuntime.environment(),
                buffer,
                layout.shape(area),
                ElementTypes.javaType(area.spec().type())));
      } catch (OrtException e) {
        throw new DeviceException(
            ErrorCode.INPUT_HOST_ALLOCATION,
            "no tensor over %d bytes for '%s': %s"
                .formatted(area.bytes(), area.spec().name(), e.getMessage()),
            e);
      }
    }
    return tensors;
  }

  @Override
  public void close() {
    views.values().forEach(View::close);
    views.clear();
    memory = MemorySegment.NULL;
    arena.close();
  }
}
