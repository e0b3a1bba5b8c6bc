package org.clockwork.gpunative.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.device.PageSet;

/** A model's page images in pinned memory, ready for LOAD; copies of the model share them. */
final class HostWeights implements AutoCloseable {
  /** Of a PCI Express 5 link. */
  private static final double LIKELY_BYTES_PER_NANO = 50;

  private final List<PinnedMemory> pages;

  private HostWeights(List<PinnedMemory> pages) {
    this.pages = List.copyOf(pages);
  }

  /**
   * @param images one page after the other; the last may be cut
   */
  static HostWeights of(MemorySegment images, int pageBytes) throws CudaException {
    List<PinnedMemory> pages = new ArrayList<>();
    try {
      for (long at = 0; at < images.byteSize(); at += pageBytes) {
        int bytes = (int) Math.min(pageBytes, images.byteSize() - at);
        PinnedMemory page = PinnedMemory.allocate(bytes);
        pages.add(page);
        page.bytes().put(0, images.asSlice(at, bytes).asByteBuffer(), 0, bytes);
      }
      return new HostWeights(pages);
    } catch (CudaException e) {
      for (PinnedMemory page : pages) {
        page.close();
      }
      throw e;
    }
  }

  int pages() {
    return pages.size();
  }

  long bytes() {
    return pages.stream().mapToLong(page -> page.bytes().capacity()).sum();
  }

  /** Gives the copies of all pages to the stream. */
  void copy(PagePool pool, PageSet to, CudaStream stream) throws CudaException {
    for (int i = 0; i < pages.size(); i++) {
      PinnedMemory page = pages.get(i);
      stream.copyIn(pool.address(to.index(i)), page, 0, page.bytes().capacity());
    }
  }

  /** About what the copies take, if nothing else is copied. */
  long likelyCopyNanos() {
    return Math.round(bytes() / LIKELY_BYTES_PER_NANO);
  }

  @Override
  public void close() throws CudaException {
    for (PinnedMemory page : pages) {
      page.close();
    }
  }
}
