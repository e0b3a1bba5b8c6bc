package org.clockwork.gpunative.cuda;

import org.clockwork.core.device.PageSet;

/**
 * The addresses that a model's weights have for good, and the pages that lie behind them. They stay
 * there when the model is unloaded, so that taking them away is part of the next LOAD, which has
 * time for it while its copies run.
 */
final class ModelRange implements AutoCloseable {
  private final AddressRange addresses;
  private final int pageBytes;
  private final PhysicalMemory[] behind;

  private ModelRange(AddressRange addresses, int pageBytes, int pages) {
    this.addresses = addresses;
    this.pageBytes = pageBytes;
    this.behind = new PhysicalMemory[pages];
  }

  static ModelRange reserve(int device, int pageBytes, int pages) throws CudaException {
    long bytes = (long) Math.max(1, pages) * pageBytes;
    return new ModelRange(AddressRange.reserve(device, bytes), pageBytes, pages);
  }

  long address() {
    return addresses.address();
  }

  /**
   * Puts page i of the set behind i × the size of a page, ready to be used.
   *
   * @param patienceNanos how long, in all, it may wait for moments when nobody minds
   */
  void put(PagePool pool, PageSet set, QuietMoments quiet, long patienceNanos)
      throws CudaException {
    long leftNanos = patienceNanos;
    for (int i = 0; i < set.count(); i++) {
      PhysicalMemory page = pool.page(set.index(i));
      if (behind[i] != page) {
        leftNanos = quiet.await(leftNanos);
        take(i);
        put(i, page);
      }
    }
  }

  private void put(int i, PhysicalMemory page) throws CudaException {
    long offset = (long) i * pageBytes;
    addresses.map(offset, page);
    behind[i] = page;
    addresses.open(offset, pageBytes);
  }

  private void take(int i) throws CudaException {
    if (behind[i] != null) {
      addresses.unmap((long) i * pageBytes, pageBytes);
      behind[i] = null;
    }
  }

  /** Takes all pages away; nothing that runs uses them. */
  void clear() throws CudaException {
    for (int i = 0; i < behind.length; i++) {
      take(i);
    }
  }

  @Override
  public void close() throws CudaException {
    clear();
    addresses.close();
  }
}
