package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import jcuda.driver.CUmemAllocationProp;
import jcuda.driver.CUmemAllocationType;
import jcuda.driver.CUmemGenericAllocationHandle;
import jcuda.driver.CUmemLocation;
import jcuda.driver.CUmemLocationType;
import jcuda.driver.JCudaDriver;

/** Memory of a GPU without an address; {@link AddressRange#map} gives it one for a while. */
final class PhysicalMemory implements AutoCloseable {
  private final CUmemGenericAllocationHandle handle = new CUmemGenericAllocationHandle();
  private final long bytes;

  private PhysicalMemory(long bytes) {
    this.bytes = bytes;
  }

  /**
   * @param device the driver's number of the GPU
   * @param bytes a multiple of {@link #granularity}
   */
  static PhysicalMemory create(int device, long bytes) throws CudaException {
    PhysicalMemory memory = new PhysicalMemory(bytes);
    check(JCudaDriver.cuMemCreate(memory.handle, bytes, on(device), 0), "cuMemCreate");
    return memory;
  }

  /** What sizes and addresses of mapped memory are multiples of: 2 MiB on today's GPUs. */
  static long granularity(int device) throws CudaException {
    long[] bytes = new long[1];
    // 0: the least, CU_MEM_ALLOC_GRANULARITY_MINIMUM.
    check(
        JCudaDriver.cuMemGetAllocationGranularity(bytes, on(device), 0),
        "cuMemGetAllocationGranularity");
    return bytes[0];
  }

  CUmemGenericAllocationHandle handle() {
    return handle;
  }

  long bytes() {
    return bytes;
  }

  private static CUmemAllocationProp on(int device) {
    CUmemAllocationProp properties = new CUmemAllocationProp();
    properties.type = CUmemAllocationType.CU_MEM_ALLOCATION_TYPE_PINNED;
    properties.location = new CUmemLocation(CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE, device);
    return properties;
  }

  /** Mapped memory lives on until it is unmapped. */
  @Override
  public void close() throws CudaException {
    check(JCudaDriver.cuMemRelease(handle), "cuMemRelease");
  }
}
