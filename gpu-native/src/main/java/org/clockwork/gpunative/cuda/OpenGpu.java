package org.clockwork.gpunative.cuda;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.gpunative.cuda.Stopwatch.Waiting;

/** One GPU with all that is made on it once: pages, slots, areas and streams. */
final class OpenGpu implements AutoCloseable {
  /** Of what is free, kept for the driver's own needs: a context grows a little with use. */
  private static final double FOR_THE_DRIVER = 0.03;

  /** For a model that is being registered and measured: it has no pages of the cache yet. */
  private static final long FOR_TRIALS_BYTES = 1L << 30;

  private final GpuContext context;
  private final PagePool pages;
  private final ExecStage stage;
  private final BlockingQueue<GpuIoSlot> freeSlots;
  private final CopyLane load;
  private final CopyLane shortLoad;
  private final CopyLane input;
  private final CopyLane output;

  private OpenGpu(
      GpuContext context,
      PagePool pages,
      ExecStage stage,
      BlockingQueue<GpuIoSlot> freeSlots,
      CopyLane load,
      CopyLane shortLoad,
      CopyLane input,
      CopyLane output) {
    this.context = context;
    this.pages = pages;
    this.stage = stage;
    this.freeSlots = freeSlots;
    this.load = load;
    this.shortLoad = shortLoad;
    this.input = input;
    this.output = output;
  }

  /** The context is current and empty. */
  static OpenGpu open(GpuContext context, CudaSettings settings) throws CudaException {
    int gpu = context.index();
    ExecStage stage = ExecStage.open(gpu, settings.ioBytesMax(), settings.workspaceBytesMax());
    BlockingQueue<GpuIoSlot> slots = new ArrayBlockingQueue<>(settings.ioSlots());
    for (int i = 0; i < settings.ioSlots(); i++) {
      slots.add(GpuIoSlot.reserve(gpu, settings.ioBytesMax()));
    }
    CopyLane load = CopyLane.open(Waiting.SLEEPING);
    CopyLane shortLoad = CopyLane.open(Waiting.SPINNING);
    CopyLane input = CopyLane.open(Waiting.SPINNING);
    CopyLane output = CopyLane.open(Waiting.SPINNING);
    PagePool pages = PagePool.create(gpu, DeviceSpec.PAGE_BYTES, pages(context, settings));
    return new OpenGpu(context, pages, stage, slots, load, shortLoad, input, output);
  }

  private static int pages(GpuContext context, CudaSettings settings) throws CudaException {
    if (settings.weightsCacheBytes().isPresent()) {
      return Math.toIntExact(settings.weightsCacheBytes().getAsLong() / DeviceSpec.PAGE_BYTES);
    }
    long freeBytes = context.freeBytes();
    long elsewhereBytes =
        settings.workspaceBytesMax()
            + settings.codeBytesMax()
            + (settings.ioSlots() + 1L) * settings.ioBytesMax()
            + FOR_TRIALS_BYTES
            + Math.round(FOR_THE_DRIVER * freeBytes);
    return Math.toIntExact(Math.max(1, (freeBytes - elsewhereBytes) / DeviceSpec.PAGE_BYTES));
  }

  /** Lets the shared areas, and the slots that are free now, grow to that; others follow in use. */
  void makeRoom(long ioBytes, long workspaceBytes) throws CudaException {
    stage.growTo(ioBytes, workspaceBytes);
    for (int i = 0; i < freeSlots.size(); i++) {
      GpuIoSlot slot = freeSlots.poll();
      if (slot != null) {
        try {
          slot.growTo(ioBytes);
        } finally {
          freeSlots.add(slot);
        }
      }
    }
  }

  /** What this thread calls from now on is for this GPU. */
  void enter() throws CudaException {
    context.enter();
  }

  GpuContext context() {
    return context;
  }

  PagePool pages() {
    return pages;
  }

  ExecStage stage() {
    return stage;
  }

  BlockingQueue<GpuIoSlot> freeSlots() {
    return freeSlots;
  }

  /**
   * For weights of that size. Falling asleep and waking up takes 36 µs, a quarter of the time of a
   * small model; a large one's would keep a core busy for milliseconds.
   */
  CopyLane load(long bytes) {
    return bytes <= DeviceSpec.PAGE_BYTES ? shortLoad : load;
  }

  CopyLane input() {
    return input;
  }

  CopyLane output() {
    return output;
  }

  @Override
  public void close() throws CudaException {
    for (GpuIoSlot slot : freeSlots) {
      slot.close();
    }
    freeSlots.clear();
    load.close();
    shortLoad.close();
    input.close();
    output.close();
    stage.close();
    pages.close();
    context.close();
  }
}
