package org.clockwork.core.model;

import java.util.List;

/**
 * What a model is, whichever device runs it: its name, what goes in and out, and how it wants to be
 * treated.
 *
 * <p>A model whose requests vary in length has <em>buckets</em>, one for each of some lengths: a
 * request is padded to the shortest that it fits into, and runs with others of that bucket only.
 * Buckets are counted from the shortest, 0; a model of one shape has that one.
 *
 * @param name unique in the cluster; copies are {@code name#2}, {@code name#3}
 * @param source the name in the model repository whose bytes it runs; copies share it
 * @param weightsBytes bytes of its weights, before they are laid into pages
 * @param defaultSloNanos the objective of a request that names none; 0 leaves it to the controller
 * @param lengths of its buckets, ascending; empty where all requests have one shape
 */
public record ModelSpec(
    String name,
    String source,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    long weightsBytes,
    long defaultSloNanos,
    List<Integer> lengths) {

  /** Each has estimates and a queue of its own; more than these few gain nothing. */
  public static final int BUCKETS_MAX = 32;

  /** Of one shape for all requests. */
  public ModelSpec(
      String name,
      String source,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      long weightsBytes,
      long defaultSloNanos) {
    this(name, source, inputs, outputs, weightsBytes, defaultSloNanos, List.of());
  }

  public ModelSpec {
    if (name.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException("a model needs a name and a source");
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    lengths = List.copyOf(lengths);
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
    checkLengths(name, inputs, lengths);
  }

  private static void checkLengths(String name, List<TensorSpec> inputs, List<Integer> lengths) {
    if (lengths.size() > BUCKETS_MAX) {
      throw new IllegalArgumentException(
          "model '%s' has %d sequence lengths; the most are %d"
              .formatted(name, lengths.size(), BUCKETS_MAX));
    }
    for (int i = 0; i < lengths.size(); i++) {
      if (lengths.get(i) <= (i == 0 ? 0 : lengths.get(i - 1))) {
        throw new IllegalArgumentException(
            "model '%s': sequence lengths %s must ascend, from 1 at least"
                .formatted(name, lengths));
      }
    }
    for (TensorSpec input : inputs) {
      input
          .free()
          .map(free -> input.shape().get(free.axis()))
          .filter(largest -> lengths.isEmpty() || !largest.equals(lengths.getLast()))
          .ifPresent(
              largest -> {
                throw new IllegalArgumentException(
                    "model '%s': input '%s' varies up to %d, its sequence lengths are %s"
                        .formatted(name, input.name(), largest, lengths));
              });
    }
  }

  /** How many there are; one where nothing varies. */
  public int buckets() {
    return Math.max(1, lengths.size());
  }

  /** The model as requests of that bucket see it: of one shape. */
  public ModelSpec bucket(int bucket) {
    if (lengths.isEmpty()) {
      return this;
    }
    int length = lengths.get(bucket);
    return new ModelSpec(
        name,
        source,
        inputs.stream().map(tensor -> tensor.ofLength(length)).toList(),
        outputs.stream().map(tensor -> tensor.ofLength(length)).toList(),
        weightsBytes,
        defaultSloNanos);
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
    return new ModelSpec(copyName, source, inputs, outputs, weightsBytes, defaultSloNanos, lengths);
  }

  /** The same model with another objective. */
  public ModelSpec withDefaultSloNanos(long sloNanos) {
    return new ModelSpec(name, source, inputs, outputs, weightsBytes, sloNanos, lengths);
  }
}
