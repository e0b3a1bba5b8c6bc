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
import java.util.OptionalLong;

/**
 * The functions of NVML that are used here, as nvml.h declares them. All return {@code
 * nvmlReturn_t}, an int, and write what was asked for to an address.
 */
final class NvmlCalls {
  /** {@code nvmlClockType_t}. */
  static final int GRAPHICS_CLOCK = 0;

  static final int MEMORY_CLOCK = 2;

  /** {@code nvmlTemperatureSensors_t}. */
  static final int TEMPERATURE_OF_GPU = 0;

  /** {@code nvmlTemperatureThresholds_t}. */
  static final int SLOWDOWN_TEMPERATURE = 1;

  /** {@code nvmlMemoryErrorType_t}, {@code nvmlEccCounterType_t}. */
  private static final int UNCORRECTED = 1;

  private static final int SINCE_DRIVER_LOAD = 0;

  /** {@code nvmlEventTypeXidCriticalError}. */
  private static final long XID_EVENTS = 8;

  /** {@code nvmlEventData_t}: device, event type, event data, two instance ids. */
  private static final int EVENT_BYTES = 32;

  private static final int EVENT_DATA_OFFSET = 16;

  private static final int SUCCESS = 0;

  /** This GPU, this user or this driver can't tell: what is asked for counts as absent. */
  private static final int NOT_SUPPORTED = 3;

  private static final int NO_PERMISSION = 4;
  private static final int TIMEOUT = 10;
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

  /**
   * @param busId as the CUDA driver and lspci write it; the two libraries may count GPUs
   *     differently
   */
  Device deviceAt(String busId) throws NvmlException {
    String name = "nvmlDeviceGetHandleByPciBusId_v2";
    MemorySegment answer = arena.allocate(ADDRESS);
    FunctionDescriptor form = FunctionDescriptor.of(INT, ADDRESS, ADDRESS);
    check(name, invoke(name, form, arena.allocateFrom(busId), answer));
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

    /** {@code name(device, enum type, unsigned int *)}: clocks in megahertz, degrees Celsius. */
    OptionalInt figure(String name, int type) throws NvmlException {
      try (Arena call = Arena.ofConfined()) {
        MemorySegment answer = call.allocate(INT);
        FunctionDescriptor form = FunctionDescriptor.of(INT, ADDRESS, INT, ADDRESS);
        return told(name, invoke(name, form, device, type, answer))
            ? OptionalInt.of(answer.get(INT, 0))
            : OptionalInt.empty();
      }
    }

    /** Errors of its memory that could not be corrected, since the driver was loaded. */
    OptionalLong uncorrectedErrors() throws NvmlException {
      String name = "nvmlDeviceGetTotalEccErrors";
      try (Arena call = Arena.ofConfined()) {
        MemorySegment count = call.allocate(ValueLayout.JAVA_LONG);
        FunctionDescriptor form = FunctionDescriptor.of(INT, ADDRESS, INT, INT, ADDRESS);
        return told(name, invoke(name, form, device, UNCORRECTED, SINCE_DRIVER_LOAD, count))
            ? OptionalLong.of(count.get(ValueLayout.JAVA_LONG, 0))
            : OptionalLong.empty();
      }
    }

    /** Has its faults reported to a new set of events; empty where it reports none. */
    Optional<Events> faults() throws NvmlException {
      MemorySegment set = arena.allocate(ADDRESS);
      if (invoke("nvmlEventSetCreate", FunctionDescriptor.of(INT, ADDRESS), set) != SUCCESS) {
        return Optional.empty();
      }
      Events events = new Events(set.get(ADDRESS, 0));
      FunctionDescriptor form = FunctionDescriptor.of(INT, ADDRESS, ValueLayout.JAVA_LONG, ADDRESS);
      if (invoke("nvmlDeviceRegisterEvents", form, device, XID_EVENTS, events.set) != SUCCESS) {
        events.free();
        return Optional.empty();
      }
      return Optional.of(events);
    }
  }

  /** An {@code nvmlEventSet_t}, a pointer. */
  final class Events {
    private final MemorySegment set;

    private Events(MemorySegment set) {
      this.set = set;
    }

    /** The number of the fault that came within that time; empty where none came. */
    OptionalLong await(int millis) throws NvmlException {
      String name = "nvmlEventSetWait_v2";
      try (Arena call = Arena.ofConfined()) {
        MemorySegment event = call.allocate(EVENT_BYTES, Long.BYTES);
        FunctionDescriptor form = FunctionDescriptor.of(INT, ADDRESS, ADDRESS, INT);
        int code = invoke(name, form, set, event, millis);
        if (code == TIMEOUT) {
          return OptionalLong.empty();
        }
        check(name, code);
        return OptionalLong.of(event.get(ValueLayout.JAVA_LONG, EVENT_DATA_OFFSET));
      }
    }

    /** Whether it succeeds changes nothing any more. */
    void free() {
      invoke("nvmlEventSetFree", FunctionDescriptor.of(INT, ADDRESS), set);
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
