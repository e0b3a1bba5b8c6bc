package org.clockwork.gpunative.cuda;

import java.util.List;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.Extent;

/**
 * Which parts of a batch's io area go in and out: one copy each, from the first byte to the last,
 * since inputs lie together and so do outputs.
 */
record IoLayout(Batch batch, Extent in, Extent out) {

  static IoLayout of(Batch batch) {
    return new IoLayout(batch, span(batch.inputs()), span(batch.outputs()));
  }

  private static Extent span(List<Extent> extents) {
    long begin = extents.stream().mapToLong(Extent::offset).min().orElse(0);
    long end = extents.stream().mapToLong(Extent::end).max().orElse(begin);
    return new Extent(begin, end - begin);
  }
}
