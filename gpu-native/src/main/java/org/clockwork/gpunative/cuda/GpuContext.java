package org.clockwork.gpunative.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.clockwork.gpunative.cuda.CudaException.check;

import jcuda.driver.CUcontext;
import jcuda.driver.CUctx_flags;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/** One GPU and this process' primary context on it. */
final class GpuContext implements AutoCloseable {
  /** Longer than any name that the driver gives. */
  private static final int NAME_BYTES = 256;

  private final int index;
  private final CUdevice device = new CUdevice();
  private final CUcontext context = new CUcontext();

  private GpuContext(int index) {
    this.index = index;
  }

  /** Makes the context current for this thread, too. */
  static GpuContext open(int index) throws CudaException {
    GpuContext opened = new GpuContext(index);
    check(JCudaDriver.cuDeviceGet(opened.device, index), "cuDeviceGet");
    // Whoever waits for EXEC spins, and is back within a microsecond; others wait on events that
    // sleep.
    check(
        JCudaDriver.cuDevicePrimaryCtxSetFlags(opened.device, CUctx_flags.CU_CTX_SCHED_SPIN),
        "cuDevicePrimaryCtxSetFlags");
    check(
        JCudaDriver.cuDevicePrimaryCtxRetain(opened.context, opened.device),
        "cuDevicePrimaryCtxRetain");
    opened.enter();
    return opened;
  }

  /** What this thread calls from now on is for this GPU. */
  void enter() throws CudaException {
    check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  int index() {
    return index;
  }

  String name() throws CudaException {
    byte[] name = new byte[NAME_BYTES];
    check(JCudaDriver.cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
    int end = 0;
    while (end < name.length && name[end] != 0) {
      end++;
    }
    return new String(name, 0, end, UTF_8);
  }

  /** {@code 0000:3B:00.0}, which NVML finds it by. */
  String busId() throws CudaException {
    String[] id = new String[1];
    check(JCudaDriver.cuDeviceGetPCIBusId(id, NAME_BYTES, device), "cuDeviceGetPCIBusId");
    return id[0];
  }

  /** 90 is compute capability 9.0. */
  int architecture() throws CudaException {
    return 10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
        + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  boolean managesVirtualMemory() throws CudaException {
    return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED)
        == 1;
  }

  private int attribute(int attribute) throws CudaException {
    int[] value = new int[1];
    check(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
    return value[0];
  }

  /** Of its memory, what nobody has taken. */
  long freeBytes() throws CudaException {
    long[] free = new long[1];
    long[] total = new long[1];
    check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo");
    return free[0];
  }

  @Override
  public void close() throws CudaException {
    check(JCudaDriver.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease");
  }
}
