package org.clockwork.gpunative.cpu;

import org.clockwork.core.device.DeviceSpec;

/**
 * Addresses for the weights of one model, its for as long as it is registered: whichever pages they
 * are in, they appear here, so that nothing which points to them changes from one LOAD to the next.
 * Reading while they are in none is a fault, as is writing at any time.
 */
final class AddressRange implements AutoCloseable {
  private final long address;
  private final int pages;

  AddressRange(int pages) {
    this.pages = pages;
    this.address = LinuxMemory.reserve(bytes());
  }

  int pages() {
    return pages;
  }

  /** Of the first byte of the first page. */
  long address() {
    return address;
  }

  /** Lets a page of a pool's file appear as page {@code i} of the model. */
  void map(int i, int file, long offset) {
    LinuxMemory.mapReadable(
        address + (long) i * DeviceSpec.PAGE_BYTES, file, offset, DeviceSpec.PAGE_BYTES);
  }

  /** Lets all pages disappear. */
  void unmap() {
    LinuxMemory.reserveAgain(address, bytes());
  }

  @Override
  public void close() {
    LinuxMemory.unmap(address, bytes());
  }

  /** One page at least: a model without weights has an address as well. */
  private long bytes() {
    return (long) Math.max(1, pages) * DeviceSpec.PAGE_BYTES;
  }
}
