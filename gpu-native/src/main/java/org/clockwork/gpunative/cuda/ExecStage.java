package org.clockwork.gpunative.cuda;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where batches run on one GPU, one at a time: the io area and the workspace that every model's
 * kernels use, at addresses that never change.
 */
final class ExecStage implements AutoCloseable {
  private final GrowingArea io;
  private final GrowingArea workspace;
  private final CudaStream stream;
  private final Stopwatch stopwatch;
  private final QuietMoments quiet = new QuietMoments();

  /** The worker runs one EXEC at a time; a model that is being registered comes in between. */
  private final Lock turn = new ReentrantLock();

  private ExecStage(GrowingArea io, GrowingArea workspace, CudaStream stream, Stopwatch stopwatch) {
    this.io = io;
    this.workspace = workspace;
    this.stream = stream;
    this.stopwatch = stopwatch;
  }

  static ExecStage open(int gpu, long mostIoBytes, long mostWorkspaceBytes) throws CudaException {
    return new ExecStage(
        GrowingArea.reserve(gpu, mostIoBytes),
        GrowingArea.reserve(gpu, mostWorkspaceBytes),
        CudaStream.create(CudaStream.Priority.HIGHEST),
        Stopwatch.create(Stopwatch.Waiting.SPINNING));
  }

  GrowingArea io() {
    return io;
  }

  GrowingArea workspace() {
    return workspace;
  }

  /** When others may keep the driver busy. */
  QuietMoments quiet() {
    return quiet;
  }

  /** In place: what was captured with the areas' addresses stays right. */
  void growTo(long ioBytes, long workspaceBytes) throws CudaException {
    io.growTo(ioBytes);
    workspace.growTo(workspaceBytes);
  }

  /** Gives a batch's kernels to the stream. */
  interface Launch {
    void into(CudaStream stream) throws CudaException;
  }

  /**
   * Runs one batch and waits for it, with its thread's core: being back a microsecond after the end
   * is what makes times repeat.
   *
   * @param slot the address of the slot that inputs come from and outputs go to
   * @return what the GPU took for it, by its own clock
   */
  long run(Launch launch, IoLayout layout, long slot) throws CudaException {
    turn.lock();
    try {
      quiet.launching();
      give(launch, layout, slot);
      quiet.launched();
      stopwatch.await();
      return stopwatch.nanos();
    } finally {
      quiet.ended();
      turn.unlock();
    }
  }

  private void give(Launch launch, IoLayout layout, long slot) throws CudaException {
    stopwatch.begin(stream);
    if (layout.in().bytes() > 0) {
      long in = layout.in().offset();
      stream.copyWithin(io.address() + in, slot + in, layout.in().bytes());
    }
    launch.into(stream);
    long out = layout.out().offset();
    stream.copyWithin(slot + out, io.address() + out, layout.out().bytes());
    stopwatch.end(stream);
  }

  /** Fills the workspace, so that a kernel that reads what none wrote is found out. */
  void poison(byte value) throws CudaException {
    turn.lock();
    try {
      if (workspace.bytes() > 0) {
        stream.fill(workspace.address(), value, workspace.bytes());
        stream.await();
      }
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() throws CudaException {
    stopwatch.close();
    stream.close();
    io.close();
    workspace.close();
  }
}
