package org.clockwork.gpunative.nvml;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The functions of NVML that are used here, as nvml.h declares them. All return {@code
 * nvmlReturn_t}, an int, and write what was asked for to an address.
 */
final class NvmlCalls {
  /** {@code nvmlClockType_t}. */
  static final int GRAPHICS_CLOCK = 0;

  static final int MEMORY_CLOCK = 2;

  private static final int SUCCESS = 0;

  /** This GPU, this user or this driver can't tell: what is asked for counts as absent. */
  private static final int NOT_SUPPORTED = 3;

  private static final int NO_PERMISSION = 4;
  private static final int FUNCTION_NOT_FOUND = 13;
  private static final int DEPRECATED = 26;

  /** Longer than NVML's own longest, NVML_DEVICE_NAME_V2_BUFFER_SIZE: 96. */
  private static final int TEXT_BYTES = 128;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;

  /** {@code nvmlMemory_t}: unsigned long long total, free, used. */
  private static final int MEMORY_WORDS = 3;

  private final SymbolLookup symbols;
  private final Arena arena;
  private final Linker linker = Linker.nativeLinker();

  NvmlCalls(SymbolLookup symbols, Arena arena) {
    this.symbols = symbols;
    this.arena = arena;
  }

  /** {@code name(void)}. */
  void call(String name) throws NvmlException {
    check(name, invoke(name, FunctionDescriptor.of(INT)));
  }

  /** {@code name(int *)}. */
  int integer(String name) throws NvmlException {
    MemorySegment answer = arena.allocate(INT);
    check(name, invoke(name, FunctionDescriptor.of(INT, ADDRESS), answer));
    return answer.get(INT, 0);
  }

  /** {@code name(char *, unsigned int length)}. */
  String text(String name) throws NvmlException {
    MemorySegment answer = arena.allocate(TEXT_BYTES);
    check(name, invoke(name, FunctionDescriptor.of(INT, ADDRESS, INT), answer, TEXT_BYTES));
    return answer.getString(0);
  }

  Device device(int index) throws NvmlException {
    String name = "nvmlDeviceGetHandleByIndex_v2";
    MemorySegment answer = arena.allocate(ADDRESS);
    check(name, invoke(name, FunctionDescriptor.of(INT, INT, ADDRESS), index, answer));
    return new Device(answer.get(ADDRESS, 0));
  }

  /** Whether it succeeds changes nothing any more. */
  void shutdown() {
    invoke("nvmlShutdown", FunctionDescriptor.of(INT));
  }

  /** One GPU's {@code nvmlDevice_t}, a pointer. */
  final class Device {
    private final MemorySegment device;

    private Device(MemorySegment device) {
      this.device = device;
    }

    String text(String name) throws NvmlException {
      MemorySegment answer = arena.allocate(TEXT_BYTES);
      check(
          name,
          invoke(
              name, FunctionDescriptor.of(INT, ADDRESS, ADDRESS, INT), device, answer, TEXT_BYTES));
      return answer.getString(0);
    }

    long memoryBytes() throws NvmlException {
      String name = "nvmlDeviceGetMemoryInfo";
      MemorySegment memory =
          arena.allocate(MemoryLayout.sequenceLayout(MEMORY_WORDS, ValueLayout.JAVA_LONG));
      check(name, invoke(name, FunctionDescriptor.of(INT, ADDRESS, ADDRESS), device, memory));
      return memory.get(ValueLayout.JAVA_LONG, 0);
    }

    /** {@code name(device, enum *)}; enums are ints. */
    Optional<Integer> setting(String name) throws NvmlException {
      MemorySegment answer = arena.allocate(INT);
      return told(name, invoke(name, FunctionDescriptor.of(INT, ADDRESS, ADDRESS), device, answer))
          ? Optional.of(answer.get(INT, 0))
          : Optional.empty();
    }

    /** The second answer is the default, which nobody asks for. */
    Optional<Boolean> autoBoost() throws NvmlException {
      String name = "nvmlDeviceGetAutoBoostedClocksEnabled";
      MemorySegment enabled = arena.allocate(INT);
      MemorySegment enabledByDefault = arena.allocate(INT);
      FunctionDescriptor form = FunctionDescriptor.of(INT, ADDRESS, ADDRESS, ADDRESS);
      return told(name, invoke(name, form, device, enabled, enabledByDefault))
          ? Optional.of(enabled.get(INT, 0) == 1)
          : Optional.empty();
    }

    /** {@code name(device, type, unsigned int *megahertz)}. */
    OptionalInt clock(String name, int type) throws NvmlException {
      MemorySegment megahertz = arena.allocate(INT);
      FunctionDescriptor form = FunctionDescriptor.of(INT, ADDRESS, INT, ADDRESS);
      return told(name, invoke(name, form, device, type, megahertz))
          ? OptionalInt.of(megahertz.get(INT, 0))
          : OptionalInt.empty();
    }
  }

  /** A driver that lacks the function answers as one that has it and can't do it. */
  @SuppressWarnings("restricted")
  private int invoke(String name, FunctionDescriptor form, Object... arguments) {
    Optional<MemorySegment> symbol = symbols.find(name);
    if (symbol.isEmpty()) {
      return FUNCTION_NOT_FOUND;
    }
    MethodHandle function = linker.downcallHandle(symbol.get(), form);
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new LinkageError("calling " + name, e);
    }
  }

  private boolean told(String name, int code) throws NvmlException {
    if (code == NOT_SUPPORTED
        || code == NO_PERMISSION
        || code == FUNCTION_NOT_FOUND
        || code == DEPRECATED) {
      return false;
    }
    check(name, code);
    return true;
  }

  private void check(String name, int code) throws NvmlException {
    if (code != SUCCESS) {
      throw new NvmlException(code, "%s says %d: %s".formatted(name, code, reason(code)));
    }
  }

  /** {@code const char *nvmlErrorString(nvmlReturn_t)}. */
  @SuppressWarnings("restricted")
  private String reason(int code) {
    if (code == FUNCTION_NOT_FOUND) {
      return "this driver lacks it";
    }
    Optional<MemorySegment> symbol = symbols.find("nvmlErrorString");
    if (symbol.isEmpty()) {
      return "no reason given";
    }
    MethodHandle function =
        linker.downcallHandle(symbol.get(), FunctionDescriptor.of(ADDRESS, INT));
    try {
      return ((MemorySegment) function.invokeWithArguments(code))
          .reinterpret(TEXT_BYTES * 8L)
          .getString(0);
    } catch (Throwable e) {
      throw new LinkageError("calling nvmlErrorString", e);
    }
  }
}
