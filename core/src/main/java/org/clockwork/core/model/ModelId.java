package org.clockwork.core.model;

/**
 * Names a registered model inside one cluster. The controller hands ids out in order, from 0; an id
 * is never used twice, so a message about a withdrawn model can't be taken for its successor.
 */
public record ModelId(int value) implements Comparable<ModelId> {
  public ModelId {
    if (value < 0) {
      throw new IllegalArgumentException("model id must not be negative, got " + value);
    }
  }

  @Override
  public int compareTo(ModelId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "M-" + value;
  }
}
