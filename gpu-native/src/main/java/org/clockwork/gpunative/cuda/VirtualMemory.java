package org.clockwork.gpunative.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.clockwork.gpunative.cuda.CudaException.check;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The driver's calls for memory apart from addresses. JCuda has them, but hands the driver
 * descriptions that hold whatever was in memory, which it refuses (seen with JCuda 12.6.0 on driver
 * 580); so they are called directly.
 *
 * <p>All return {@code CUresult}. A {@code size_t}, a {@code CUdeviceptr} and a {@code
 * CUmemGenericAllocationHandle} are 64 bits each.
 */
final class VirtualMemory {
  /**
   * {@code CUmemAllocationProp}: type, handle types, location type, location id, a pointer, eight
   * bytes of flags.
   */
  private static final int PROPERTIES_BYTES = 32;

  private static final int TYPE_OFFSET = 0;
  private static final int LOCATION_TYPE_OFFSET = 8;
  private static final int LOCATION_ID_OFFSET = 12;

  /** {@code CUmemAccessDesc}: location type, location id, flags. */
  private static final int ACCESS_BYTES = 12;

  private static final int ACCESS_ID_OFFSET = 4;
  private static final int ACCESS_FLAGS_OFFSET = 8;

  /** {@code CU_MEM_ALLOCATION_TYPE_PINNED}, the only one there is. */
  private static final int PINNED = 1;

  /** {@code CU_MEM_LOCATION_TYPE_DEVICE}. */
  private static final int ON_DEVICE = 1;

  /** {@code CU_MEM_ACCESS_FLAGS_PROT_READWRITE}. */
  private static final int READ_AND_WRITE = 3;

  /** {@code CU_MEM_ALLOC_GRANULARITY_MINIMUM}. */
  private static final int LEAST = 0;

  private static final MethodHandle GRANULARITY =
      function("cuMemGetAllocationGranularity", ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle CREATE =
      function("cuMemCreate", ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle RELEASE = function("cuMemRelease", JAVA_LONG);
  private static final MethodHandle RESERVE =
      function("cuMemAddressReserve", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FREE = function("cuMemAddressFree", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MAP =
      function("cuMemMap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SET_ACCESS =
      function("cuMemSetAccess", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle UNMAP = function("cuMemUnmap", JAVA_LONG, JAVA_LONG);

  private VirtualMemory() {}

  /** What sizes and addresses of mapped memory are multiples of: 2 MiB on today's GPUs. */
  static long granularity(int device) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(JAVA_LONG);
      MemorySegment properties = properties(device, arena);
      call(
          "cuMemGetAllocationGranularity",
          () -> (int) GRANULARITY.invokeExact(bytes, properties, LEAST));
      return bytes.get(JAVA_LONG, 0);
    }
  }

  /** Memory of that GPU, by the driver's handle. */
  static long create(int device, long bytes) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      MemorySegment properties = properties(device, arena);
      call("cuMemCreate", () -> (int) CREATE.invokeExact(handle, bytes, properties, 0L));
      return handle.get(JAVA_LONG, 0);
    }
  }

  static void release(long handle) throws CudaException {
    call("cuMemRelease", () -> (int) RELEASE.invokeExact(handle));
  }

  /** So many addresses, wherever the driver has them. */
  static long reserve(long bytes) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(JAVA_LONG);
      call("cuMemAddressReserve", () -> (int) RESERVE.invokeExact(address, bytes, 0L, 0L, 0L));
      return address.get(JAVA_LONG, 0);
    }
  }

  static void free(long address, long bytes) throws CudaException {
    call("cuMemAddressFree", () -> (int) FREE.invokeExact(address, bytes));
  }

  static void map(long address, long bytes, long handle) throws CudaException {
    call("cuMemMap", () -> (int) MAP.invokeExact(address, bytes, 0L, handle, 0L));
  }

  /** Lets that GPU read and write what is mapped there. */
  static void open(int device, long address, long bytes) throws CudaException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment access = arena.allocate(ACCESS_BYTES, Integer.BYTES);
      access.set(JAVA_INT, 0, ON_DEVICE);
      access.set(JAVA_INT, ACCESS_ID_OFFSET, device);
      access.set(JAVA_INT, ACCESS_FLAGS_OFFSET, READ_AND_WRITE);
      call("cuMemSetAccess", () -> (int) SET_ACCESS.invokeExact(address, bytes, access, 1L));
    }
  }

  static void unmap(long address, long bytes) throws CudaException {
    call("cuMemUnmap", () -> (int) UNMAP.invokeExact(address, bytes));
  }

  private interface Call {
    int code() throws Throwable;
  }

  private static void call(String function, Call call) throws CudaException {
    int code;
    try {
      code = call.code();
    } catch (Throwable e) {
      throw new LinkageError("calling " + function, e);
    }
    check(code, function);
  }

  private static MemorySegment properties(int device, Arena arena) {
    MemorySegment properties = arena.allocate(PROPERTIES_BYTES, Long.BYTES);
    properties.set(JAVA_INT, TYPE_OFFSET, PINNED);
    properties.set(JAVA_INT, LOCATION_TYPE_OFFSET, ON_DEVICE);
    properties.set(JAVA_INT, LOCATION_ID_OFFSET, device);
    return properties;
  }

  /** The driver's library stays open: JCuda's has it open, too. */
  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(CudaDriver.LIBRARY, Arena.global())
                .find(name)
                .orElseThrow(
                    () -> new LinkageError(CudaDriver.LIBRARY + " has no function " + name)),
            FunctionDescriptor.of(JAVA_INT, arguments));
  }
}
