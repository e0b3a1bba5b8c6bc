package org.clockwork.gpunative.compiled;

/** Where a tensor lies. */
public sealed interface Place {

  /** In the batch's inputs and outputs. */
  record Io(Extent extent) implements Place {
    @Override
    public String toString() {
      return "io " + extent;
    }
  }

  /** In what ops leave for later ones. */
  record Workspace(Extent extent) implements Place {
    @Override
    public String toString() {
      return "ws " + extent;
    }
  }

  /** Among the weights; by its place in {@link Weights#tensors}. */
  record Weight(int tensor) implements Place {}

  /** Whether both share a byte of one area; weights lie apart from everything. */
  default boolean overlaps(Place other) {
    return switch (this) {
      case Io(Extent mine) -> other instanceof Io(Extent theirs) && mine.overlaps(theirs);
      case Workspace(Extent mine) ->
          other instanceof Workspace(Extent theirs) && mine.overlaps(theirs);
      case Weight _ -> false;
    };
  }
}
