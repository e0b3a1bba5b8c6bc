package org.clockwork.gpunative.compiled;

import java.util.List;
import org.clockwork.core.model.DataType;

/** What a tensor's bytes mean: elements of that type in that shape, row-major and compact. */
public record TensorType(DataType type, List<Integer> shape) {
  public TensorType {
    shape = List.copyOf(shape);
  }

  /** {@link Long#MAX_VALUE} where no area could hold that many. */
  public long bytes() {
    long bytes = type.bytes();
    for (int dimension : shape) {
      long high = Math.multiplyHigh(bytes, dimension);
      bytes *= dimension;
      if (high != 0 || bytes < 0) {
        return Long.MAX_VALUE;
      }
    }
    return bytes;
  }

  @Override
  public String toString() {
    return ElementType.wordOf(type) + " " + shape;
  }
}
