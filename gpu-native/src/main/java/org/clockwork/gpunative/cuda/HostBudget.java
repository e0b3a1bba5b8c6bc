package org.clockwork.gpunative.cuda;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;

/**
 * How much of the host's memory is pinned for the weights of registered models. Pinned memory is
 * taken from everyone else on the machine, so it has a bound that an operator knows.
 */
final class HostBudget {
  private final long mostBytes;
  private long takenBytes;

  HostBudget(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  void take(String model, long bytes) throws DeviceException {
    if (takenBytes + bytes > mostBytes) {
      throw new DeviceException(
          ErrorCode.RUNTIME_ERROR,
          "model '%s' needs %d bytes of pinned memory; %d of %d are taken. Raise hostWeightsBytesMax of cuda in conf/worker.json"
              .formatted(model, bytes, takenBytes, mostBytes));
    }
    takenBytes += bytes;
  }

  void giveBack(long bytes) {
    takenBytes -= bytes;
  }
}
