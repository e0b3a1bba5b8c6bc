package org.clockwork.gpunative.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The few calls of Linux that put memory where one wants it. Each says what it was asked for when
 * it fails; a failure is the machine's limit, so it is no {@code DeviceException} yet.
 */
final class LinuxMemory {
  /** What pages of memory are multiples of on x86-64. */
  static final int PAGE_BYTES = 4096;

  private static final int PROT_NONE = 0;
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_FIXED = 0x10;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MAP_POPULATE = 0x8000;
  private static final int MFD_CLOEXEC = 1;
  private static final int NO_FILE = -1;
  private static final long FAILED = -1;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final ValueLayout INT = ValueLayout.JAVA_INT;
  private static final ValueLayout LONG = ValueLayout.JAVA_LONG;

  /** {@code void *mmap(void *, size_t, int, int, int, off_t)}; addresses as numbers. */
  private static final MethodHandle MMAP = call("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);

  private static final MethodHandle MUNMAP = call("munmap", INT, LONG, LONG);
  private static final MethodHandle MPROTECT = call("mprotect", INT, LONG, LONG, INT);
  private static final MethodHandle MEMFD_CREATE =
      call("memfd_create", INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle FTRUNCATE = call("ftruncate", INT, INT, LONG);
  private static final MethodHandle FALLOCATE = call("fallocate", INT, INT, INT, LONG, LONG);
  private static final MethodHandle CLOSE = call("close", INT, INT);

  private LinuxMemory() {}

  /** A file that lies in memory and has no name; its bytes are zero. */
  static int createFile(String label, long bytes) {
    int file =
        (int)
            tried(
                "memfd_create(%s)".formatted(label),
                state -> {
                  try (Arena arena = Arena.ofConfined()) {
                    return (int)
                        MEMFD_CREATE.invokeExact(state, arena.allocateFrom(label), MFD_CLOEXEC);
                  }
                });
    try {
      tried(
          "ftruncate(%s, %d)".formatted(label, bytes),
          state -> (int) FTRUNCATE.invokeExact(state, file, bytes));
    } catch (IllegalStateException e) {
      closeFile(file);
      throw e;
    }
    return file;
  }

  /** Takes memory for all of a file now, rather than a fault later where there is none left. */
  static void fill(int file, long bytes) {
    tried(
        "fallocate(%d bytes)".formatted(bytes),
        state -> (int) FALLOCATE.invokeExact(state, file, 0, 0L, bytes));
  }

  /** Where others find an open file by name; valid until it is closed. */
  static Path pathOf(int file) {
    return Path.of("/proc/self/fd/" + file);
  }

  static void closeFile(int file) {
    tried("close(%d)".formatted(file), state -> (int) CLOSE.invokeExact(state, file));
  }

  /** Addresses that nobody else gets; touching them is a fault until something is mapped there. */
  static long reserve(long bytes) {
    return mmap(0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, NO_FILE, 0);
  }

  /** Back to how {@link #reserve} left them. */
  static void reserveAgain(long address, long bytes) {
    mmap(
        address,
        bytes,
        PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
        NO_FILE,
        0);
  }

  /** Lets reserved addresses be read and written; they hold zeros. */
  static void open(long address, long bytes) {
    tried(
        "mprotect(%d bytes)".formatted(bytes),
        state -> (int) MPROTECT.invokeExact(state, address, bytes, PROT_READ | PROT_WRITE));
  }

  /** A whole file, to be read and written, without faults on first use. */
  static long map(int file, long bytes) {
    return mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
  }

  /** A part of a file at reserved addresses, to be read only, without faults on first use. */
  static void mapReadable(long address, int file, long offset, long bytes) {
    mmap(address, bytes, PROT_READ, MAP_SHARED | MAP_FIXED | MAP_POPULATE, file, offset);
  }

  static void unmap(long address, long bytes) {
    tried(
        "munmap(%d bytes)".formatted(bytes),
        state -> (int) MUNMAP.invokeExact(state, address, bytes));
  }

  /** Those addresses as memory; whoever mapped them sees to it that they stay. */
  @SuppressWarnings("restricted")
  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private static long mmap(
      long address, long bytes, int protection, int flags, int file, long offset) {
    return tried(
        "mmap(%d bytes)".formatted(bytes),
        state -> (long) MMAP.invokeExact(state, address, bytes, protection, flags, file, offset));
  }

  /** A call that says -1 where it fails. */
  private interface Call {
    long make(MemorySegment state) throws Throwable;
  }

  private static long tried(String what, Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = call.make(state);
      if (result == FAILED) {
        throw new IllegalStateException(
            "%s fails with errno %d".formatted(what, (int) ERRNO.get(state, 0L)));
      }
      return result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("calling " + what, e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, ValueLayout result, ValueLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(result, parameters),
                    Linker.Option.captureCallState("errno")))
        .orElseThrow(() -> new LinkageError("the C library has no " + name));
  }
}
