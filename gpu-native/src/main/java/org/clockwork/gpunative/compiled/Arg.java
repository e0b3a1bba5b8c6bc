package org.clockwork.gpunative.compiled;

/** One argument of a kernel. */
public sealed interface Arg {

  /** An argument that is a tensor somewhere. */
  sealed interface Tensor extends Arg {
    Place place();
  }

  /** The tensor's address. */
  record Address(Place place) implements Tensor {}

  /** A tensor with its type and shape, as CPU kernels take it. */
  record Typed(Place place, TensorType type) implements Tensor {}

  record Int32(int value) implements Arg {}

  record Int64(long value) implements Arg {}

  record Float32(float value) implements Arg {}

  /** An address that the kernel doesn't use. */
  record Null() implements Arg {}
}
