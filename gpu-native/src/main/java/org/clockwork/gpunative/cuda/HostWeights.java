package org.clockwork.gpunative.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A model's page images in pinned memory, ready for LOAD; copies of the model share them. */
final class HostWeights implements AutoCloseable {
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

  /** Gives the copy of page i to the stream. */
  void copy(int i, long to, CudaStream stream) throws CudaException {
    PinnedMemory page = pages.get(i);
    stream.copyIn(to, page, 0, page.bytes().capacity());
  }

  @Override
  public void close() throws CudaException {
    for (PinnedMemory page : pages) {
      page.close();
    }
  }
}
