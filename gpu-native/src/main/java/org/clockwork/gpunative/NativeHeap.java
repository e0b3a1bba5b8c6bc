package org.clockwork.gpunative;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much this process has from the C library's malloc at the moment: what native libraries hold,
 * and the JVM's own bookkeeping. glibc 2.33 and later tell; others don't.
 */
public final class NativeHeap {
  /** {@code struct mallinfo2}: ten of size_t. */
  private static final StructLayout MALLINFO =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_LONG.withName("arena"),
          ValueLayout.JAVA_LONG.withName("ordblks"),
          ValueLayout.JAVA_LONG.withName("smblks"),
          ValueLayout.JAVA_LONG.withName("hblks"),
          ValueLayout.JAVA_LONG.withName("hblkhd"),
          ValueLayout.JAVA_LONG.withName("usmblks"),
          ValueLayout.JAVA_LONG.withName("fsmblks"),
          ValueLayout.JAVA_LONG.withName("uordblks"),
          ValueLayout.JAVA_LONG.withName("fordblks"),
          ValueLayout.JAVA_LONG.withName("keepcost"));

  /** Large blocks, which are mapped each by itself, and all others. */
  private static final long MAPPED = offset("hblkhd");

  private static final long IN_USE = offset("uordblks");

  private static final Optional<MethodHandle> MALLINFO2 = mallinfo2();

  private NativeHeap() {}

  /** Empty where the C library doesn't tell. */
  public static OptionalLong usedBytes() {
    if (MALLINFO2.isEmpty()) {
      return OptionalLong.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment told = (MemorySegment) MALLINFO2.get().invokeExact((SegmentAllocator) arena);
      return OptionalLong.of(
          told.get(ValueLayout.JAVA_LONG, MAPPED) + told.get(ValueLayout.JAVA_LONG, IN_USE));
    } catch (Throwable e) {
      throw new LinkageError("calling mallinfo2", e);
    }
  }

  private static long offset(String field) {
    return MALLINFO.byteOffset(MemoryLayout.PathElement.groupElement(field));
  }

  /** {@code struct mallinfo2 mallinfo2(void)}. */
  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> mallinfo2() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("mallinfo2")
        .map(address -> linker.downcallHandle(address, FunctionDescriptor.of(MALLINFO)));
  }
}
