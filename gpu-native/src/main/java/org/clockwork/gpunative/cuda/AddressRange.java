package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import jcuda.driver.JCudaDriver;

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
    DeviceAddress address = new DeviceAddress();
    check(
        JCudaDriver.cuMemAddressReserve(address, bytes, 0, DeviceAddress.of(0), 0),
        "cuMemAddressReserve");
    return new AddressRange(device, address.value(), bytes);
  }

  long address() {
    return address;
  }

  long bytes() {
    return bytes;
  }

  /** Puts memory behind the addresses that begin at this offset; nobody may use them yet. */
  void map(long offset, PhysicalMemory memory) throws CudaException {
    check(
        JCudaDriver.cuMemMap(
            DeviceAddress.of(address + offset), memory.bytes(), 0, memory.handle(), 0),
        "cuMemMap");
  }

  /** Lets kernels and copies use what is mapped there. */
  void open(long offset, long length) throws CudaException {
    check(ForeignDriver.allowReadingAndWriting(device, address + offset, length), "cuMemSetAccess");
  }

  /** Takes the memory away that was mapped there; nothing that runs may use it. */
  void unmap(long offset, long length) throws CudaException {
    check(JCudaDriver.cuMemUnmap(DeviceAddress.of(address + offset), length), "cuMemUnmap");
  }

  /** Nothing is mapped there any more. */
  @Override
  public void close() throws CudaException {
    check(JCudaDriver.cuMemAddressFree(DeviceAddress.of(address), bytes), "cuMemAddressFree");
  }
}
