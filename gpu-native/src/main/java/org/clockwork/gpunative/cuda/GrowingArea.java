package org.clockwork.gpunative.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Memory of a GPU that grows in place: its addresses stay, and so what was captured with them. It
 * never shrinks.
 */
final class GrowingArea implements AutoCloseable {
  private final int device;
  private final long granularity;
  private final AddressRange range;
  private final List<PhysicalMemory> chunks = new ArrayList<>();
  private long grownTo;

  private GrowingArea(int device, long granularity, AddressRange range) {
    this.device = device;
    this.granularity = granularity;
    this.range = range;
  }

  /**
   * @param mostBytes what it may ever grow to; addresses alone, which cost nothing
   */
  static GrowingArea reserve(int device, long mostBytes) throws CudaException {
    long granularity = VirtualMemory.granularity(device);
    return new GrowingArea(
        device, granularity, AddressRange.reserve(device, roundUp(mostBytes, granularity)));
  }

  long address() {
    return range.address();
  }

  long mostBytes() {
    return range.bytes();
  }

  /** Bytes that may be used now. */
  long bytes() {
    return grownTo;
  }

  /** At least so many bytes from now on; no more than {@link #mostBytes}. */
  void growTo(long bytes) throws CudaException {
    if (bytes <= grownTo) {
      return;
    }
    long more = roundUp(bytes, granularity) - grownTo;
    PhysicalMemory chunk = PhysicalMemory.create(device, more);
    boolean grown = false;
    try {
      range.map(grownTo, chunk);
      range.open(grownTo, more);
      grown = true;
    } finally {
      if (!grown) {
        chunk.close();
      }
    }
    chunks.add(chunk);
    grownTo += more;
  }

  private static long roundUp(long bytes, long granularity) {
    return (bytes + granularity - 1) / granularity * granularity;
  }

  @Override
  public void close() throws CudaException {
    if (grownTo > 0) {
      range.unmap(0, grownTo);
    }
    for (PhysicalMemory chunk : chunks) {
      chunk.close();
    }
    range.close();
  }
}
