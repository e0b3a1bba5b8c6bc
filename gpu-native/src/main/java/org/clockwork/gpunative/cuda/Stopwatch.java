package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** How long the GPU itself took for what lies between two marks in a stream. */
final class Stopwatch implements AutoCloseable {
  private final CUevent begin = new CUevent();
  private final CUevent end = new CUevent();

  private Stopwatch() {}

  /** Whether the thread that waits keeps its core busy, to be back within a microsecond. */
  enum Waiting {
    SPINNING,
    SLEEPING
  }

  static Stopwatch create(Waiting waiting) throws CudaException {
    Stopwatch created = new Stopwatch();
    check(
        JCudaDriver.cuEventCreate(created.begin, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
    check(
        JCudaDriver.cuEventCreate(
            created.end,
            switch (waiting) {
              case SPINNING -> CUevent_flags.CU_EVENT_DEFAULT;
              case SLEEPING -> CUevent_flags.CU_EVENT_BLOCKING_SYNC;
            }),
        "cuEventCreate");
    return created;
  }

  void begin(CudaStream stream) throws CudaException {
    check(JCudaDriver.cuEventRecord(begin, stream.stream()), "cuEventRecord");
  }

  void end(CudaStream stream) throws CudaException {
    check(JCudaDriver.cuEventRecord(end, stream.stream()), "cuEventRecord");
  }

  boolean ended() throws CudaException {
    int code = JCudaDriver.cuEventQuery(end);
    if (code == CUresult.CUDA_ERROR_NOT_READY) {
      return false;
    }
    check(code, "cuEventQuery");
    return true;
  }

  /** Waits for the end. */
  void await() throws CudaException {
    check(JCudaDriver.cuEventSynchronize(end), "cuEventSynchronize");
  }

  /** Between the two marks, on the GPU's own clock, which counts in half microseconds. */
  long nanos() throws CudaException {
    float[] millis = new float[1];
    check(JCudaDriver.cuEventElapsedTime(millis, begin, end), "cuEventElapsedTime");
    return Math.round(millis[0] * 1e6);
  }

  @Override
  public void close() throws CudaException {
    check(JCudaDriver.cuEventDestroy(begin), "cuEventDestroy");
    check(JCudaDriver.cuEventDestroy(end), "cuEventDestroy");
  }
}
