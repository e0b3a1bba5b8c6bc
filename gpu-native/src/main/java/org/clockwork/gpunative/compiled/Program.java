package org.clockwork.gpunative.compiled;

import java.util.List;

/** The calls of kernels that run one batch on one target, in their order. */
public sealed interface Program {

  Target target();

  /** Of the area that holds what ops leave for later ones. */
  long workspaceBytes();

  List<? extends Op> ops();

  record Cuda(Target.Cuda target, long workspaceBytes, List<Op.Cuda> ops) implements Program {
    public Cuda {
      ops = List.copyOf(ops);
    }
  }

  record Cpu(Target.Cpu target, long workspaceBytes, List<Op.Cpu> ops) implements Program {
    public Cpu {
      ops = List.copyOf(ops);
    }
  }
}
