package org.clockwork.gpunative.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.clockwork.gpunative.compiled.ElementType;
import org.clockwork.gpunative.compiled.TensorType;

/** Writes tensors as DLPack has them, and arguments as TVM's kernels take them. */
final class DlTensors {
  /** {@code DLTensor}; its strides are null, which stands for compact ones. */
  private static final StructLayout TENSOR =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_LONG.withName("data"),
          ValueLayout.JAVA_INT.withName("device_type"),
          ValueLayout.JAVA_INT.withName("device_id"),
          ValueLayout.JAVA_INT.withName("ndim"),
          ValueLayout.JAVA_BYTE.withName("code"),
          ValueLayout.JAVA_BYTE.withName("bits"),
          ValueLayout.JAVA_SHORT.withName("lanes"),
          ValueLayout.JAVA_LONG.withName("shape"),
          ValueLayout.JAVA_LONG.withName("strides"),
          ValueLayout.JAVA_LONG.withName("byte_offset"));

  /** {@code TVMFFIAny}. */
  private static final StructLayout ARGUMENT =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_INT.withName("type_index"),
          ValueLayout.JAVA_INT.withName("zero"),
          ValueLayout.JAVA_LONG.withName("pointer"));

  /** {@code kTVMFFIDLTensorPtr}. */
  private static final int TENSOR_POINTER = 7;

  /** {@code kDLCPU}. */
  private static final int CPU = 1;

  private DlTensors() {}

  /** A tensor in memory of the arena. */
  static MemorySegment tensor(Arena arena, long address, TensorType type) {
    ElementType element = ElementType.of(type.type());
    long[] shape = type.shape().stream().mapToLong(Integer::longValue).toArray();
    MemorySegment tensor = arena.allocate(TENSOR);
    tensor.set(ValueLayout.JAVA_LONG, offset(TENSOR, "data"), address);
    tensor.set(ValueLayout.JAVA_INT, offset(TENSOR, "device_type"), CPU);
    tensor.set(ValueLayout.JAVA_INT, offset(TENSOR, "ndim"), shape.length);
    tensor.set(ValueLayout.JAVA_BYTE, offset(TENSOR, "code"), (byte) element.code());
    tensor.set(ValueLayout.JAVA_BYTE, offset(TENSOR, "bits"), (byte) element.bits());
    tensor.set(ValueLayout.JAVA_SHORT, offset(TENSOR, "lanes"), (short) 1);
    tensor.set(
        ValueLayout.JAVA_LONG,
        offset(TENSOR, "shape"),
        arena.allocateFrom(ValueLayout.JAVA_LONG, shape).address());
    return tensor;
  }

  /** The arguments of one call. */
  static MemorySegment arguments(Arena arena, List<MemorySegment> tensors) {
    MemorySegment arguments = arena.allocate(ARGUMENT, tensors.size());
    for (int i = 0; i < tensors.size(); i++) {
      long at = i * ARGUMENT.byteSize();
      arguments.set(ValueLayout.JAVA_INT, at + offset(ARGUMENT, "type_index"), TENSOR_POINTER);
      arguments.set(
          ValueLayout.JAVA_LONG, at + offset(ARGUMENT, "pointer"), tensors.get(i).address());
    }
    return arguments;
  }

  /** Room for what a kernel returns beside its status. */
  static MemorySegment result(Arena arena) {
    return arena.allocate(ARGUMENT);
  }

  private static long offset(StructLayout layout, String field) {
    return layout.byteOffset(PathElement.groupElement(field));
  }
}
