package org.clockwork.gpunative.compiled;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the model runs with one batch size.
 *
 * @param size rows at once
 * @param ioBytes of the area that holds inputs and outputs
 * @param inputs where each lies in that area
 * @param outputs where each lies in that area
 */
public record Batch(
    int size,
    long ioBytes,
    List<Extent> inputs,
    List<Extent> outputs,
    List<Program.Cuda> cuda,
    List<Program.Cpu> cpu) {
  public Batch {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    cuda = List.copyOf(cuda);
    cpu = List.copyOf(cpu);
  }

  /** Of all targets. */
  public List<Program> programs() {
    return Stream.<Program>concat(cuda.stream(), cpu.stream()).toList();
  }

  public Optional<Program.Cuda> program(Target.Cuda target) {
    return cuda.stream().filter(program -> program.target().equals(target)).findFirst();
  }

  public Optional<Program.Cpu> program(Target.Cpu target) {
    return cpu.stream().filter(program -> program.target().equals(target)).findFirst();
  }
}
