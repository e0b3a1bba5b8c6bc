package org.clockwork.core.model;

import java.util.List;

/**
 * What a model is, whichever device runs it: its name, what goes in and out, and how it wants to be
 * treated.
 *
 * @param name unique in the cluster; copies are {@code name#2}, {@code name#3}
 * @param source the name in the model repository whose bytes it runs; copies share it
 * @param weightsBytes bytes of its weights, before they are laid into pages
 * @param defaultSloNanos the objective of a request that names none; 0 leaves it to the controller
 */
public record ModelSpec(
    String name,
    String source,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    long weightsBytes,
    long defaultSloNanos) {
  public ModelSpec {
    if (name.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException("a model needs a name and a source");
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (weightsBytes < 0 || defaultSloNanos < 0) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "': weightsBytes="
              + weightsBytes
              + " and defaultSloNanos="
              + defaultSloNanos
              + " must not be negative");
    }
  }

  /** Bytes of all inputs of one row. */
  public long inputBytes() {
    return inputs.stream().mapToLong(TensorSpec::bytes).sum();
  }

  /** Bytes of all outputs of one row. */
  public long outputBytes() {
    return outputs.stream().mapToLong(TensorSpec::bytes).sum();
  }

  /** The same model under another name, as {@code load(name, copies)} makes it. */
  public ModelSpec named(String copyName) {
    return new ModelSpec(copyName, source, inputs, outputs, weightsBytes, defaultSloNanos);
  }
}
