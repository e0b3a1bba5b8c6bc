package org.clockwork.core.model;

import java.util.List;

/**
 * One input or output of a model, as one request sees it: the leading batch dimension is not part
 * of the shape. {@code ("input_ids", INT64, [64])} is 512 bytes for each row of a request.
 */
public record TensorSpec(String name, DataType type, List<Integer> shape) {
  public TensorSpec {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a tensor needs a name");
    }
    shape = List.copyOf(shape);
    long bytes = type.bytes();
    for (int dimension : shape) {
      if (dimension <= 0) {
        throw new IllegalArgumentException(
            "tensor '"
                + name
                + "' has dimension "
                + dimension
                + " in "
                + shape
                + "; all must be > 0");
      }
      bytes = Math.multiplyExact(bytes, dimension);
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' takes " + bytes + " bytes a row; the largest is 2147483647");
    }
  }

  /** Elements in one row. */
  public int elements() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** Bytes of one row. */
  public int bytes() {
    return elements() * type.bytes();
  }
}
