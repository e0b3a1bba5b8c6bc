package org.clockwork.gpunative.cuda;

import java.util.OptionalLong;
import org.clockwork.core.device.DeviceSpec;

/**
 * Bounds of what one GPU's memory, and the host's for it, is used for.
 *
 * @param weightsCacheBytes weights that may be loaded at once; empty takes what is free but for the
 *     other parts
 * @param ioSlots batches that may be copied in, run and copied out at once
 * @param ioBytesMax inputs and outputs of one batch
 * @param workspaceBytesMax of the largest model; all share one
 * @param hostWeightsBytesMax pinned memory for the weights of all registered models
 * @param codeBytesMax machine code on the GPU; what is used least goes first
 * @param graphsMax captured graphs, one for each batch size of each model
 */
public record CudaSettings(
    OptionalLong weightsCacheBytes,
    int ioSlots,
    long ioBytesMax,
    long workspaceBytesMax,
    long hostWeightsBytesMax,
    long codeBytesMax,
    int graphsMax) {
  public static final CudaSettings DEFAULT =
      new CudaSettings(OptionalLong.empty(), 8, 256L << 20, 2L << 30, 64L << 30, 512L << 20, 4_096);

  public CudaSettings {
    if (weightsCacheBytes.isPresent() && weightsCacheBytes.getAsLong() < DeviceSpec.PAGE_BYTES) {
      throw new IllegalArgumentException(
          "weightsCacheBytes=%d holds not even one page of %d bytes"
              .formatted(weightsCacheBytes.getAsLong(), DeviceSpec.PAGE_BYTES));
    }
    if (ioSlots < 1
        || ioBytesMax < 1
        || workspaceBytesMax < 1
        || hostWeightsBytesMax < 1
        || codeBytesMax < 1
        || graphsMax < 1) {
      throw new IllegalArgumentException(
          "a GPU's bounds must be positive: ioSlots=%d ioBytesMax=%d workspaceBytesMax=%d hostWeightsBytesMax=%d codeBytesMax=%d graphsMax=%d"
              .formatted(
                  ioSlots,
                  ioBytesMax,
                  workspaceBytesMax,
                  hostWeightsBytesMax,
                  codeBytesMax,
                  graphsMax));
    }
  }

  public CudaSettings withWeightsCacheBytes(long bytes) {
    return new CudaSettings(
        OptionalLong.of(bytes),
        ioSlots,
        ioBytesMax,
        workspaceBytesMax,
        hostWeightsBytesMax,
        codeBytesMax,
        graphsMax);
  }
}
