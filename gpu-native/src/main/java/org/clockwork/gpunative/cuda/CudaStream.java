package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** Work on a GPU that is done one after the other, beside that of other streams. */
final class CudaStream implements AutoCloseable {
  private final CUstream stream = new CUstream();

  private CudaStream() {}

  /** Which goes first where two streams want the GPU at once. */
  enum Priority {
    HIGHEST,
    LOWEST
  }

  /** In the context that is current. */
  static CudaStream create(Priority priority) throws CudaException {
    int[] least = new int[1];
    int[] greatest = new int[1];
    check(JCudaDriver.cuCtxGetStreamPriorityRange(least, greatest), "cuCtxGetStreamPriorityRange");
    CudaStream created = new CudaStream();
    check(
        JCudaDriver.cuStreamCreateWithPriority(
            created.stream,
            CUstream_flags.CU_STREAM_NON_BLOCKING,
            switch (priority) {
              case HIGHEST -> greatest[0];
              case LOWEST -> least[0];
            }),
        "cuStreamCreateWithPriority");
    return created;
  }

  CUstream stream() {
    return stream;
  }

  void copyIn(long to, PinnedMemory from, long offset, long bytes) throws CudaException {
    check(
        JCudaDriver.cuMemcpyHtoDAsync(DeviceAddress.of(to), from.at(offset), bytes, stream),
        "cuMemcpyHtoDAsync");
  }

  void copyOut(PinnedMemory to, long offset, long from, long bytes) throws CudaException {
    check(
        JCudaDriver.cuMemcpyDtoHAsync(to.at(offset), DeviceAddress.of(from), bytes, stream),
        "cuMemcpyDtoHAsync");
  }

  void copyWithin(long to, long from, long bytes) throws CudaException {
    check(
        JCudaDriver.cuMemcpyDtoDAsync(DeviceAddress.of(to), DeviceAddress.of(from), bytes, stream),
        "cuMemcpyDtoDAsync");
  }

  void fill(long from, byte value, long bytes) throws CudaException {
    check(
        JCudaDriver.cuMemsetD8Async(DeviceAddress.of(from), value, bytes, stream),
        "cuMemsetD8Async");
  }

  /** Returns once all that was given to it is done. */
  void await() throws CudaException {
    check(JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize");
  }

  @Override
  public void close() throws CudaException {
    check(JCudaDriver.cuStreamDestroy(stream), "cuStreamDestroy");
  }
}
