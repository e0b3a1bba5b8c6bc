package org.clockwork.gpunative.cuda;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.device.PageSet;

/**
 * The weights cache of one GPU: equal pages of its memory, made once. Which of them are free is the
 * worker's account.
 */
final class PagePool implements AutoCloseable {
  private final int pageBytes;
  private final List<PhysicalMemory> pages;

  private PagePool(int pageBytes, List<PhysicalMemory> pages) {
    this.pageBytes = pageBytes;
    this.pages = List.copyOf(pages);
  }

  static PagePool create(int device, int pageBytes, int count) throws CudaException {
    List<PhysicalMemory> pages = new ArrayList<>(count);
    try {
      for (int i = 0; i < count; i++) {
        pages.add(PhysicalMemory.create(device, pageBytes));
      }
      return new PagePool(pageBytes, pages);
    } catch (CudaException e) {
      for (PhysicalMemory page : pages) {
        page.close();
      }
      throw e;
    }
  }

  int count() {
    return pages.size();
  }

  /** Puts page i of the set behind i × the size of a page, ready to be used. */
  void map(PageSet set, int i, AddressRange range) throws CudaException {
    long offset = (long) i * pageBytes;
    range.map(offset, pages.get(set.index(i)));
    boolean open = false;
    try {
      range.open(offset, pageBytes);
      open = true;
    } finally {
      if (!open) {
        range.unmap(offset, pageBytes);
      }
    }
  }

  void unmap(int count, AddressRange range) throws CudaException {
    for (int i = 0; i < count; i++) {
      range.unmap((long) i * pageBytes, pageBytes);
    }
  }

  @Override
  public void close() throws CudaException {
    for (PhysicalMemory page : pages) {
      page.close();
    }
  }
}
