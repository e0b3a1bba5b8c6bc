package org.clockwork.gpunative.cuda;

/**
 * Addresses on a GPU that belong to one owner for good, whatever memory lies behind them: kernel
 * arguments and captured graphs that name them stay right while memory comes and goes.
 */
final class AddressRange implements AutoCloseable {
  private final int device;
  private final long address;
  private final long bytes;

  private AddressRange(int device, long address, long bytes) {
    this.device = device;
    this.address = address;
    this.bytes = bytes;
  }

  /**
   * @param bytes a multiple of the GPU's granularity
   */
  static AddressRange reserve(int device, long bytes) throws CudaException {
    return new AddressRange(device, VirtualMemory.reserve(bytes), bytes);
  }

  long address() {
    return address;
  }

  long bytes() {
    return bytes;
  }

  /** Puts memory behind the addresses that begin at this offset; nobody may use them yet. */
  void map(long offset, PhysicalMemory memory) throws CudaException {
    VirtualMemory.map(address + offset, memory.bytes(), memory.handle());
  }

  /** Lets kernels and copies use what is mapped there. */
  void open(long offset, long length) throws CudaException {
    VirtualMemory.open(device, address + offset, length);
  }

  /** Takes the memory away that was mapped there; nothing that runs may use it. */
  void unmap(long offset, long length) throws CudaException {
    VirtualMemory.unmap(address + offset, length);
  }

  /** Nothing is mapped there any more. */
  @Override
  public void close() throws CudaException {
    VirtualMemory.free(address, bytes);
  }
}
