package org.clockwork.core.device;

import org.clockwork.core.action.ErrorCode;

/**
 * What the scheduler must know of a device.
 *
 * @param kind devices of one kind share profiles: {@code simulated}, {@code onnx:<processor>}
 * @param pageBytes bytes of one page of the weights cache
 * @param pages pages in the weights cache
 * @param loadExcludesExec LOAD and EXEC share one resource and never overlap (a device on few
 *     cores)
 * @param ioSlots INFERs whose inputs or outputs it can hold at once
 */
public record DeviceSpec(
    String kind, int pageBytes, int pages, boolean loadExcludesExec, int ioSlots) {
  /** The published page: 16 MiB. */
  public static final int PAGE_BYTES = 16 << 20;

  public DeviceSpec {
    if (kind.isBlank() || pageBytes < 1 || pages < 1 || ioSlots < 1) {
      throw new IllegalArgumentException(
          "a device needs a kind and at least one page and io slot: kind='%s' pageBytes=%d pages=%d ioSlots=%d"
              .formatted(kind, pageBytes, pages, ioSlots));
    }
  }

  /** Pages that weights of this size take. */
  public int pagesFor(long weightsBytes) {
    return Math.toIntExact((weightsBytes + pageBytes - 1) / pageBytes);
  }

  /**
   * What will never fit is not taken.
   *
   * @throws DeviceException the model takes more pages than there are
   */
  public void checkHolds(String model, int pagesTaken) throws DeviceException {
    if (pagesTaken > pages) {
      throw new DeviceException(
          ErrorCode.INSUFFICIENT_CACHE,
          "model '%s' needs %d pages and this device has %d in all; raise the size of its weights cache"
              .formatted(model, pagesTaken, pages));
    }
  }

  /** The executor on which LOAD runs. */
  public Executor loadExecutor() {
    return loadExcludesExec ? Executor.EXEC : Executor.LOAD;
  }
}
