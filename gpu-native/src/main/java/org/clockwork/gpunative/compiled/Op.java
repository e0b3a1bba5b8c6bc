package org.clockwork.gpunative.compiled;

import java.util.List;

/** One call of a kernel. */
public sealed interface Op {

  /** The symbol in its module. */
  String kernel();

  /** The module's place among those of the target. */
  int module();

  List<? extends Arg> args();

  /** Positions of the arguments that the kernel writes; it reads all others. */
  List<Integer> writes();

  /** A launch on a GPU. */
  record Cuda(
      String kernel,
      int module,
      Dimensions grid,
      Dimensions block,
      int sharedBytes,
      List<Arg> args,
      List<Integer> writes)
      implements Op {
    public Cuda {
      args = List.copyOf(args);
      writes = List.copyOf(writes);
    }
  }

  /** A function call on a CPU. */
  record Cpu(String kernel, int module, List<Arg.Typed> args, List<Integer> writes) implements Op {
    public Cpu {
      args = List.copyOf(args);
      writes = List.copyOf(writes);
    }
  }

  /** Of a grid in blocks, or of a block in threads. */
  record Dimensions(int x, int y, int z) {
    public long product() {
      return (long) x * y * z;
    }
  }
}
