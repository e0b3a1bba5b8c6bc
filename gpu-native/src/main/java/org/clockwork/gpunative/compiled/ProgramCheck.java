package org.clockwork.gpunative.compiled;

import java.util.ArrayList;
import java.util.List;

/** Follows the ops of one program through its areas, as if it ran. */
final class ProgramCheck {
  private final CompiledModel model;
  private final Batch batch;
  private final Program program;
  private final String field;
  private final PlanFindings findings;
  private final WrittenBytes io = new WrittenBytes();
  private final WrittenBytes workspace = new WrittenBytes();

  ProgramCheck(
      CompiledModel model, Batch batch, Program program, String field, PlanFindings findings) {
    this.model = model;
    this.batch = batch;
    this.program = program;
    this.field = field;
    this.findings = findings;
  }

  /** A tensor as an argument of an op, with what messages call it. */
  private record Use(String field, Arg.Tensor tensor) {
    Place place() {
      return tensor.place();
    }
  }

  void check() {
    batch.inputs().forEach(io::write);
    for (int i = 0; i < program.ops().size(); i++) {
      op(field + ".ops[" + i + "]", program.ops().get(i));
    }
    for (int i = 0; i < batch.outputs().size(); i++) {
      if (!io.holdsWhole(batch.outputs().get(i))) {
        findings.note(field + ".ops", "never write 'outputs[%d]' as a whole".formatted(i));
      }
    }
  }

  private void op(String opField, Op op) {
    int modules = model.modules(program.target()).size();
    if (op.module() >= modules) {
      findings.note(
          opField + ".module", "is %d; the target has %d modules".formatted(op.module(), modules));
    }
    positions(opField + ".writes", op);
    List<Use> reads = new ArrayList<>();
    List<Use> writes = new ArrayList<>();
    for (int i = 0; i < op.args().size(); i++) {
      if (op.args().get(i) instanceof Arg.Tensor tensor) {
        Use use = new Use(opField + ".args[" + i + "]", tensor);
        if (fits(use)) {
          (op.writes().contains(i) ? writes : reads).add(use);
        }
      }
    }
    reads.forEach(this::read);
    for (int i = 0; i < writes.size(); i++) {
      mayWrite(writes.get(i), reads, writes.subList(0, i));
    }
    writes.forEach(this::written);
  }

  private void positions(String writesField, Op op) {
    List<Integer> writes = op.writes();
    for (int i = 0; i < writes.size(); i++) {
      int position = writes.get(i);
      String element = writesField + "[" + i + "]";
      if (position >= op.args().size()) {
        findings.note(
            element, "is %d; the op has %d arguments".formatted(position, op.args().size()));
      } else if (!(op.args().get(position) instanceof Arg.Tensor)) {
        findings.note(element, "is %d, an argument that is no tensor".formatted(position));
      }
      if (writes.indexOf(position) < i) {
        findings.note(element, "is %d again".formatted(position));
      }
    }
  }

  /** Whether it lies in its area and is as large as its type says. */
  private boolean fits(Use use) {
    return switch (use.place()) {
      case Place.Io(Extent extent) -> fits(use, extent, batch.ioBytes());
      case Place.Workspace(Extent extent) -> fits(use, extent, program.workspaceBytes());
      case Place.Weight(int tensor) -> {
        int tensors = model.weights().tensors().size();
        if (tensor >= tensors) {
          findings.note(use.field(), "names tensor %d; there are %d".formatted(tensor, tensors));
          yield false;
        }
        yield asLarge(use, model.weights().tensors().get(tensor).bytes());
      }
    };
  }

  private boolean fits(Use use, Extent extent, long areaBytes) {
    return findings.inside(use.field(), extent, areaBytes) && asLarge(use, extent.bytes());
  }

  private boolean asLarge(Use use, long bytes) {
    if (use.tensor() instanceof Arg.Typed(_, TensorType type) && type.bytes() != bytes) {
      findings.note(use.field(), "has %d bytes; %s takes %d".formatted(bytes, type, type.bytes()));
      return false;
    }
    return true;
  }

  private void read(Use use) {
    boolean there =
        switch (use.place()) {
          case Place.Io(Extent extent) -> io.holdsWhole(extent);
          case Place.Workspace(Extent extent) -> workspace.holdsWhole(extent);
          case Place.Weight _ -> true;
        };
    if (!there) {
      findings.note(
          use.field(),
          "reads %s, which no earlier op wrote as a whole or a later one wrote over"
              .formatted(use.place()));
    }
  }

  private void mayWrite(Use use, List<Use> reads, List<Use> otherWrites) {
    if (use.place() instanceof Place.Weight(int tensor)) {
      findings.note(use.field(), "writes weight %d; weights are never written".formatted(tensor));
    }
    if (use.place() instanceof Place.Io(Extent extent)) {
      for (int i = 0; i < batch.inputs().size(); i++) {
        if (extent.overlaps(batch.inputs().get(i))) {
          findings.note(use.field(), "writes %s, where input %d lies".formatted(use.place(), i));
        }
      }
    }
    for (Use read : reads) {
      if (read.place().overlaps(use.place()) && !read.place().equals(use.place())) {
        findings.note(use.field(), "writes %s, a part of what it reads".formatted(use.place()));
      }
    }
    for (Use other : otherWrites) {
      if (other.place().overlaps(use.place())) {
        findings.note(
            use.field(),
            "writes %s, where it also writes %s".formatted(use.place(), other.place()));
      }
    }
  }

  private void written(Use use) {
    switch (use.place()) {
      case Place.Io(Extent extent) -> io.write(extent);
      case Place.Workspace(Extent extent) -> workspace.write(extent);
      case Place.Weight _ -> {}
    }
  }
}
