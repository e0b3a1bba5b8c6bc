package org.clockwork.gpunative.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.gpunative.compiled.Arg;
import org.clockwork.gpunative.compiled.Op;
import org.clockwork.gpunative.compiled.Place;
import org.clockwork.gpunative.compiled.Program;

/**
 * The calls of one batch size with all their arguments, made once for one io slot: to run it is a
 * loop of calls that allocates nothing.
 */
final class BoundProgram {
  /**
   * {@code int32_t f(void *self, TVMFFIAny *args, int32_t count, TVMFFIAny *result)}. One handle
   * that takes the kernel's address, since the compiler of the JVM makes one that is a constant a
   * direct call; a handle for each kernel would be called through it.
   */
  private static final MethodHandle CALL = call();

  private final List<Call> calls;
  private final MemorySegment result;

  private record Call(
      String kernel, MemorySegment address, MemorySegment arguments, int count, boolean usesIo) {}

  private BoundProgram(List<Call> calls, MemorySegment result) {
    this.calls = calls;
    this.result = result;
  }

  /** Where the areas of a program lie. */
  record Addresses(AddressesOfWeights weights, long io, long workspace) {}

  /** Where each tensor of the weights lies. */
  interface AddressesOfWeights {
    long of(int tensor);
  }

  /** Binds a program to a slot and a workspace. */
  static BoundProgram bind(
      Program.Cpu program, List<KernelLibrary> modules, Addresses addresses, Arena arena) {
    List<Call> calls = new ArrayList<>();
    for (Op.Cpu op : program.ops()) {
      calls.add(bind(op, modules, addresses, arena));
    }
    return new BoundProgram(calls, DlTensors.result(arena));
  }

  /** The same program for another slot; calls that touch no io are shared. */
  BoundProgram forSlot(
      Program.Cpu program, List<KernelLibrary> modules, Addresses addresses, Arena arena) {
    List<Call> others = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      others.add(
          calls.get(i).usesIo()
              ? bind(program.ops().get(i), modules, addresses, arena)
              : calls.get(i));
    }
    return new BoundProgram(others, result);
  }

  private static Call bind(
      Op.Cpu op, List<KernelLibrary> modules, Addresses addresses, Arena arena) {
    List<MemorySegment> tensors = new ArrayList<>();
    boolean usesIo = false;
    for (Arg.Typed arg : op.args()) {
      tensors.add(DlTensors.tensor(arena, address(arg.place(), addresses), arg.type()));
      usesIo |= arg.place() instanceof Place.Io;
    }
    return new Call(
        op.kernel(),
        MemorySegment.ofAddress(modules.get(op.module()).address(op.kernel())),
        DlTensors.arguments(arena, tensors),
        tensors.size(),
        usesIo);
  }

  private static long address(Place place, Addresses addresses) {
    return switch (place) {
      case Place.Io(var extent) -> addresses.io() + extent.offset();
      case Place.Workspace(var extent) -> addresses.workspace() + extent.offset();
      case Place.Weight(int tensor) -> addresses.weights().of(tensor);
    };
  }

  /** Turns what lies in the slot's inputs into outputs. The model's weights are in their range. */
  void run() throws DeviceException {
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      int status = call(call);
      if (status != 0) {
        throw new DeviceException(
            ErrorCode.RUNTIME_ERROR,
            "op %d, kernel '%s', says %d".formatted(i, call.kernel(), status));
      }
    }
  }

  private int call(Call call) {
    try {
      return (int)
          CALL.invokeExact(
              call.address(), MemorySegment.NULL, call.arguments(), call.count(), result);
    } catch (Throwable e) {
      throw new LinkageError("calling kernel " + call.kernel(), e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call() {
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS));
  }
}
