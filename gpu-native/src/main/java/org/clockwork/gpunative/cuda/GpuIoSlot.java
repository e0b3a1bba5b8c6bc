package org.clockwork.gpunative.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.clockwork.gpunative.batch.BatchBuffers;
import org.clockwork.gpunative.compiled.Extent;

/**
 * Memory for the inputs and outputs of one batch at a time, on the host and on the GPU, whatever
 * model it is of. Used by one thread at a time.
 */
final class GpuIoSlot implements AutoCloseable {
  private final GrowingArea device;
  private PinnedMemory host;

  private GpuIoSlot(GrowingArea device, PinnedMemory host) {
    this.device = device;
    this.host = host;
  }

  /**
   * @param mostBytes what it may ever grow to
   */
  static GpuIoSlot reserve(int gpu, long mostBytes) throws CudaException {
    GrowingArea device = GrowingArea.reserve(gpu, mostBytes);
    device.growTo(1);
    return new GpuIoSlot(device, PinnedMemory.allocate(Math.toIntExact(device.bytes())));
  }

  /** Room for batches of that size; the host's part moves, so nothing may be in it. */
  GpuIoSlot growTo(long bytes) throws CudaException {
    if (bytes > host.bytes().capacity()) {
      device.growTo(bytes);
      PinnedMemory larger = PinnedMemory.allocate(Math.toIntExact(device.bytes()));
      host.close();
      host = larger;
    }
    return this;
  }

  long address() {
    return device.address();
  }

  /** Gives the copy of that part to the stream: the slot's place on the GPU mirrors the host's. */
  void copyIn(Extent part, CudaStream stream) throws CudaException {
    stream.copyIn(device.address() + part.offset(), host, part.offset(), part.bytes());
  }

  /** The other way round. */
  void copyOut(Extent part, CudaStream stream) throws CudaException {
    stream.copyOut(host, part.offset(), device.address() + part.offset(), part.bytes());
  }

  /** The host's side, as a batch of that layout sees it. */
  BatchBuffers buffers(IoLayout layout) {
    return new BatchBuffers(parts(layout.batch().inputs()), parts(layout.batch().outputs()));
  }

  private List<ByteBuffer> parts(List<Extent> extents) {
    return extents.stream()
        .map(
            extent ->
                host.bytes()
                    .slice(Math.toIntExact(extent.offset()), Math.toIntExact(extent.bytes()))
                    .order(ByteOrder.LITTLE_ENDIAN))
        .toList();
  }

  @Override
  public void close() throws CudaException {
    device.close();
    host.close();
  }
}
