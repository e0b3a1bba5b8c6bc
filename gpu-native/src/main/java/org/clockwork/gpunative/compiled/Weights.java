package org.clockwork.gpunative.compiled;

import java.util.List;

/**
 * The weights of all batches and targets, as images of pages: page i lies at i × page size of the
 * file, and the last one may be cut.
 *
 * @param bytes of the whole file
 */
public record Weights(String file, long bytes, String sha256, int pages, List<Tensor> tensors) {
  public Weights {
    tensors = List.copyOf(tensors);
  }

  /**
   * One tensor; larger than a page, it fills consecutive ones from the beginning of its first.
   *
   * @param id its place in the list
   */
  public record Tensor(int id, String name, TensorType type, int page, long offset, long bytes) {

    /** Where it lies if all pages follow each other. */
    public Extent extent(int pageBytes) {
      return new Extent((long) page * pageBytes + offset, bytes);
    }
  }
}
