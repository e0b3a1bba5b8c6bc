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

  /** What the thread does while copies run. */
  interface Meanwhile {
    void done() throws CudaException;
  }

  /**
   * Does these copies and waits for them.
   *
   * @return what the GPU took for them, by its own clock
   */
  long run(Copies copies) throws CudaException {
    return run(copies, () -> {});
  }

  /**
   * Does these copies, something else meanwhile, and waits for the copies, which have ended even
   * where the other thing went wrong.
   *
   * @return what the GPU took for them, by its own clock
   */
  long run(Copies copies, Meanwhile meanwhile) throws CudaException {
    stopwatch.begin(stream);
    try {
      copies.into(stream);
      stopwatch.end(stream);
      meanwhile.done();
    } catch (CudaException e) {
      awaited(e);
      throw e;
    }
    stopwatch.await();
    return stopwatch.nanos();
  }

  private void awaited(CudaException cause) {
    try {
      stream.await();
    } catch (CudaException e) {
      cause.addSuppressed(e);
    }
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
