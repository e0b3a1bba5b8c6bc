package org.clockwork.gpunative.cuda;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;

/**
 * Whether a GPU may still be used. Once it broke in a way that no call mends, everything on it is
 * refused with the first reason: what followed from it explains nothing. The refusal is that of a
 * worker which shuts down, so the controller sends this worker nothing more, for none of its GPUs,
 * and tries the requests elsewhere. The EXEC that broke the GPU is an error of its own: it may be
 * its model's fault, which then must not break one GPU after the other.
 */
final class Quarantine {
  private static final System.Logger LOG = System.getLogger(Quarantine.class.getName());

  private final int gpu;
  private final AtomicReference<String> reason = new AtomicReference<>();

  Quarantine(int gpu) {
    this.gpu = gpu;
  }

  /** From any thread. */
  void begin(String why) {
    if (reason.compareAndSet(null, why)) {
      LOG.log(Level.ERROR, words());
    }
  }

  boolean begun() {
    return reason.get() != null;
  }

  void check() throws DeviceException {
    if (begun()) {
      throw new DeviceException(ErrorCode.SHUTTING_DOWN, words());
    }
  }

  private String words() {
    return "GPU %d is out of service: %s; restart the worker once it is mended"
        .formatted(gpu, reason.get());
  }

  /**
   * What the worker is told of a call that went wrong; begins where it was the last of its kind.
   */
  DeviceException told(CudaException e, ErrorCode code, String what) {
    if (e.fatal()) {
      begin("%s: %s".formatted(what, e.getMessage()));
      return new DeviceException(ErrorCode.RUNTIME_ERROR, words(), e);
    }
    return new DeviceException(code, "GPU %d: %s: %s".formatted(gpu, what, e.getMessage()), e);
  }
}
