package org.clockwork.gpunative.compiled;

/** Where a tensor lies. */
public sealed interface Place {

  /** In the batch's inputs and outputs. */
  record Io(Extent extent) implements Place {}

  /** In what ops leave for later ones. */
  record Workspace(Extent extent) implements Place {}

  /** Among the weights; by its place in {@link Weights#tensors}. */
  record Weight(int tensor) implements Place {}
}
