package org.clockwork.gpunative.cuda;

import org.clockwork.gpunative.cuda.CudaStream.Priority;

/** One executor's way between host and GPU: its own stream, and how long each copy took. */
final class CopyLane implements AutoCloseable {
  private final CudaStream stream;
  private final Stopwatch stopwatch;

  private CopyLane(CudaStream stream, Stopwatch stopwatch) {
    this.stream = stream;
    this.stopwatch = stopwatch;
  }

  /** Behind EXEC where both want the GPU. */
  static CopyLane open(Stopwatch.Waiting waiting) throws CudaException {
    return new CopyLane(CudaStream.create(Priority.LOWEST), Stopwatch.create(waiting));
  }

  /** Gives copies to the stream. */
  interface Copies {
    void into(CudaStream stream) throws CudaException;
  }

  /**
   * Does these copies and waits for them.
   *
   * @return what the GPU took for them, by its own clock
   */
  long run(Copies copies) throws CudaException {
    stopwatch.begin(stream);
    copies.into(stream);
    stopwatch.end(stream);
    stopwatch.await();
    return stopwatch.nanos();
  }

  CudaStream stream() {
    return stream;
  }

  @Override
  public void close() throws CudaException {
    stopwatch.close();
    stream.close();
  }
}
