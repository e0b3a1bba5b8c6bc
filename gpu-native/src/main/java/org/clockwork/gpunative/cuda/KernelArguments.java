package org.clockwork.gpunative.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import jcuda.Pointer;
import org.clockwork.gpunative.compiled.Arg;

/**
 * The arguments of one launch as the driver takes them: an address for each, of memory that holds
 * its value. The driver copies the values when it is called.
 */
final class KernelArguments {
  /** The largest argument there is. */
  private static final int VALUE_BYTES = Long.BYTES;

  private KernelArguments() {}

  /** To be used while the arena is open. */
  static Pointer of(List<Arg> arguments, Addresses addresses, Arena arena) {
    int count = arguments.size();
    MemorySegment values = arena.allocate((long) count * VALUE_BYTES + 1, VALUE_BYTES);
    MemorySegment table = arena.allocate(ValueLayout.ADDRESS, Math.max(1, count));
    for (int i = 0; i < count; i++) {
      MemorySegment value = values.asSlice((long) i * VALUE_BYTES, VALUE_BYTES);
      switch (arguments.get(i)) {
        case Arg.Tensor tensor -> value.set(ValueLayout.JAVA_LONG, 0, addresses.of(tensor.place()));
        case Arg.Int32(int number) -> value.set(ValueLayout.JAVA_INT, 0, number);
        case Arg.Int64(long number) -> value.set(ValueLayout.JAVA_LONG, 0, number);
        case Arg.Float32(float number) -> value.set(ValueLayout.JAVA_FLOAT, 0, number);
        case Arg.Null() -> value.set(ValueLayout.JAVA_LONG, 0, 0L);
      }
      table.setAtIndex(ValueLayout.ADDRESS, i, value);
    }
    return Pointer.to(table.asByteBuffer());
  }
}
