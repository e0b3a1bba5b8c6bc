package org.clockwork.test.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/** What the stub of the driver does and saw, from within the process that uses it. */
@SuppressWarnings("restricted")
final class Stub {
  private static final SymbolLookup LIBRARY =
      SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());

  private Stub() {}

  /** The function fails with that code, after so many calls that succeed. */
  static void fail(String function, int gpu, int after, int code) {
    call(
        "stub_fail",
        FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT),
        text(function),
        gpu,
        after,
        code);
  }

  /** Every later call for that GPU says that code. */
  static void lose(int gpu, int code) {
    call("stub_lose", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT), gpu, code);
  }

  static int calls(String function) {
    return (int) call("stub_calls", FunctionDescriptor.of(JAVA_INT, ADDRESS), text(function));
  }

  /** What was made and not given back. */
  static int openObjects() {
    return (int) call("stub_open_objects", FunctionDescriptor.of(JAVA_INT));
  }

  static long usedBytes(int gpu) {
    return (long) call("stub_used_bytes", FunctionDescriptor.of(JAVA_LONG, JAVA_INT), gpu);
  }

  static long pinnedBytes() {
    return (long) call("stub_pinned_bytes", FunctionDescriptor.of(JAVA_LONG));
  }

  private static MemorySegment text(String text) {
    return Arena.global().allocateFrom(text);
  }

  private static Object call(String function, FunctionDescriptor form, Object... arguments) {
    try {
      return Linker.nativeLinker()
          .downcallHandle(LIBRARY.find(function).orElseThrow(), form)
          .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(function, e);
    }
  }
}
