package org.clockwork.gpunative.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Calls of the driver that JCuda 12.6.0 lacks, or gets wrong. */
final class ForeignDriver {
  /** {@code CUmemAccessDesc}: location type, location id, flags. */
  private static final int ACCESS_INTS = 3;

  private static final int LOCATION_DEVICE = 1;
  private static final int READ_AND_WRITE = 3;

  /** {@code CUresult cuMemSetAccess(CUdeviceptr, size_t, const CUmemAccessDesc *, size_t)}. */
  private static final MethodHandle SET_ACCESS =
      function(
          "cuMemSetAccess",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG));

  private ForeignDriver() {}

  /**
   * Lets a GPU read and write what is mapped there. JCuda hands the driver a description whose
   * location holds whatever was in memory.
   *
   * @return {@code CUresult}
   */
  static int allowReadingAndWriting(int device, long address, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment access = arena.allocate(JAVA_INT, ACCESS_INTS);
      access.setAtIndex(JAVA_INT, 0, LOCATION_DEVICE);
      access.setAtIndex(JAVA_INT, 1, device);
      access.setAtIndex(JAVA_INT, 2, READ_AND_WRITE);
      return (int) SET_ACCESS.invokeExact(address, bytes, access, 1L);
    } catch (Throwable e) {
      throw new LinkageError("calling cuMemSetAccess", e);
    }
  }

  /** The driver's library stays open: JCuda's has it open, too. */
  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor form) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(CudaDriver.LIBRARY, Arena.global())
                .find(name)
                .orElseThrow(
                    () -> new LinkageError(CudaDriver.LIBRARY + " has no function " + name)),
            form);
  }
}
