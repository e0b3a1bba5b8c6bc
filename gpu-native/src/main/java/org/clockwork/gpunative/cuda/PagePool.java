package org.clockwork.gpunative.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * The weights cache of one GPU: equal pages of its memory, made once. Each has an address of its
 * own, where weights are copied to; {@link ModelRange} puts it behind a model's addresses as well,
 * where kernels look. Which pages are free is the worker's account.
 */
final class PagePool implements AutoCloseable {
  private final int pageBytes;
  private final AddressRange addresses;
  private final List<PhysicalMemory> pages = new ArrayList<>();

  private PagePool(int pageBytes, AddressRange addresses) {
    this.pageBytes = pageBytes;
    this.addresses = addresses;
  }

  static PagePool create(int device, int pageBytes, int count) throws CudaException {
    long bytes = (long) Math.max(1, count) * pageBytes;
    PagePool pool = new PagePool(pageBytes, AddressRange.reserve(device, bytes));
    try {
      for (int i = 0; i < count; i++) {
        pool.add(PhysicalMemory.create(device, pageBytes));
      }
      if (count > 0) {
        pool.addresses.open(0, (long) count * pageBytes);
      }
      return pool;
    } catch (CudaException e) {
      pool.close();
      throw e;
    }
  }

  private void add(PhysicalMemory page) throws CudaException {
    boolean mapped = false;
    try {
      addresses.map((long) pages.size() * pageBytes, page);
      mapped = true;
    } finally {
      if (!mapped) {
        page.close();
      }
    }
    pages.add(page);
  }

  int count() {
    return pages.size();
  }

  PhysicalMemory page(int index) {
    return pages.get(index);
  }

  /** Where copies reach the page, whatever else it lies behind. */
  long address(int index) {
    return addresses.address() + (long) index * pageBytes;
  }

  /** No model has any of the pages behind its addresses any more. */
  @Override
  public void close() throws CudaException {
    for (int i = 0; i < pages.size(); i++) {
      addresses.unmap((long) i * pageBytes, pageBytes);
      pages.get(i).close();
    }
    addresses.close();
  }
}
