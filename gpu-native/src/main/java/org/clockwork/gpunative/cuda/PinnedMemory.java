package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/**
 * Memory of the host that the system never moves, so that a GPU copies from and to it by itself.
 */
final class PinnedMemory implements AutoCloseable {
  private final Pointer pointer = new Pointer();
  private final ByteBuffer bytes;

  private PinnedMemory(int size) throws CudaException {
    check(
        JCudaDriver.cuMemHostAlloc(pointer, size, JCudaDriver.CU_MEMHOSTALLOC_PORTABLE),
        "cuMemHostAlloc");
    this.bytes = pointer.getByteBuffer(0, size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** For every GPU of the machine. */
  static PinnedMemory allocate(int bytes) throws CudaException {
    return new PinnedMemory(bytes);
  }

  /** All of it; position and limit are the caller's to keep as they are. */
  ByteBuffer bytes() {
    return bytes;
  }

  Pointer at(long offset) {
    return pointer.withByteOffset(offset);
  }

  @Override
  public void close() throws CudaException {
    check(JCudaDriver.cuMemFreeHost(pointer), "cuMemFreeHost");
  }
}
