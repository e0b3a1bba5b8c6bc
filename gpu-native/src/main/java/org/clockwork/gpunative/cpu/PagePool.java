package org.clockwork.gpunative.cpu;

import java.lang.foreign.MemorySegment;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.PageSet;

/**
 * The pages of a weights cache: a file in memory, since a file's pages can be mapped at any
 * addresses in any order. All of its memory is taken at once: where the machine has less, that is
 * known at the start, and no LOAD takes longer for being the first in its pages.
 */
final class PagePool implements AutoCloseable {
  private final long bytes;
  private final int file;
  private final long address;

  PagePool(int pages) {
    this.bytes = (long) pages * DeviceSpec.PAGE_BYTES;
    this.file = LinuxMemory.createFile("clockwork-pages", bytes);
    try {
      LinuxMemory.fill(file, bytes);
      this.address = LinuxMemory.map(file, bytes);
    } catch (IllegalStateException e) {
      LinuxMemory.closeFile(file);
      throw e;
    }
  }

  /** Copies weights into those pages, and lets these appear in the model's range. */
  void load(MemorySegment weights, PageSet set, AddressRange range) {
    MemorySegment pool = LinuxMemory.at(address, bytes);
    for (int i = 0; i < set.count(); i++) {
      long from = (long) i * DeviceSpec.PAGE_BYTES;
      long to = (long) set.index(i) * DeviceSpec.PAGE_BYTES;
      long length = Math.min(DeviceSpec.PAGE_BYTES, weights.byteSize() - from);
      MemorySegment.copy(weights, from, pool, to, length);
      range.map(i, file, to);
    }
  }

  @Override
  public void close() {
    LinuxMemory.unmap(address, bytes);
    LinuxMemory.closeFile(file);
  }
}
