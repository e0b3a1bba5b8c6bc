package org.clockwork.gpunative.cuda;

import jcuda.driver.CUdeviceptr;

/** An address in a GPU's memory, as a number: JCuda hides the one that it holds. */
final class DeviceAddress extends CUdeviceptr {

  /** For the driver to fill in. */
  DeviceAddress() {}

  long value() {
    return getNativePointer() + getByteOffset();
  }

  static CUdeviceptr of(long address) {
    return new CUdeviceptr().withByteOffset(address);
  }
}
