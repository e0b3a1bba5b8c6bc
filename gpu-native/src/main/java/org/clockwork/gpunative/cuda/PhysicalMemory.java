package org.clockwork.gpunative.cuda;

/** Memory of a GPU without an address; {@link AddressRange#map} gives it one for a while. */
final class PhysicalMemory implements AutoCloseable {
  private final long handle;
  private final long bytes;

  private PhysicalMemory(long handle, long bytes) {
    this.handle = handle;
    this.bytes = bytes;
  }

  /**
   * @param device the driver's number of the GPU
   * @param bytes a multiple of {@link VirtualMemory#granularity}
   */
  static PhysicalMemory create(int device, long bytes) throws CudaException {
    return new PhysicalMemory(VirtualMemory.create(device, bytes), bytes);
  }

  long handle() {
    return handle;
  }

  long bytes() {
    return bytes;
  }

  /** Mapped memory lives on until it is unmapped. */
  @Override
  public void close() throws CudaException {
    VirtualMemory.release(handle);
  }
}
