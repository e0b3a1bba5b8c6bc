package org.clockwork.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One input or output of a model, as one request sees it: the leading batch dimension is not part
 * of the shape. {@code ("input_ids", INT64, [64])} is 512 bytes for each row of a request.
 *
 * @param shape where one dimension varies between requests, the largest that it may be
 * @param free the dimension that varies, if one does
 */
public record TensorSpec(String name, DataType type, List<Integer> shape, Optional<Free> free) {

  /**
   * A dimension that each request chooses for itself, such as the tokens of a text.
   *
   * @param axis its place in the shape
   * @param padding what an input is filled up with
   */
  public record Free(int axis, long padding) {}

  /** Of one shape for all requests. */
  public TensorSpec(String name, DataType type, List<Integer> shape) {
    this(name, type, shape, Optional.empty());
  }

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
    if (free.isPresent() && (free.get().axis() < 0 || free.get().axis() >= shape.size())) {
      throw new IllegalArgumentException(
          "tensor '%s' has no dimension %d to vary in %s"
              .formatted(name, free.get().axis(), shape));
    }
  }

  /** Elements in one row, of the largest that there may be. */
  public int elements() {
    return elements(shape);
  }

  /** Bytes of one row, of the largest that there may be. */
  public int bytes() {
    return elements() * type.bytes();
  }

  /** The same tensor in requests of that length; itself where nothing varies. */
  public TensorSpec ofLength(int length) {
    if (free.isEmpty()) {
      return this;
    }
    List<Integer> fixed = new ArrayList<>(shape);
    fixed.set(free.get().axis(), length);
    return new TensorSpec(name, type, fixed);
  }

  /** As protocols declare it: the dimension that varies is -1. */
  public List<Long> declaredShape() {
    List<Long> declared = new ArrayList<>(shape.stream().map(Integer::longValue).toList());
    free.ifPresent(varies -> declared.set(varies.axis(), -1L));
    return declared;
  }

  /**
   * The shape of one row of a tensor that takes so many bytes a row: bytes tell the length, since
   * one dimension varies at most.
   */
  public List<Integer> shapeOf(int bytesPerRow) {
    return free.isEmpty() || bytesPerRow == bytes()
        ? shape
        : ofLength(bytesPerRow / bytesPerLength()).shape();
  }

  /** Bytes that one row takes for each unit of its length; of a shape that varies. */
  public int bytesPerLength() {
    return bytes() / shape.get(free.orElseThrow().axis());
  }

  private static int elements(List<Integer> shape) {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
