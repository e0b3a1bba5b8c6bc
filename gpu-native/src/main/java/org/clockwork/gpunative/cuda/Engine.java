package org.clockwork.gpunative.cuda;

import java.lang.System.Logger.Level;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.gpunative.nvml.GpuWatch;

/** One GPU at work, and its health. Everything that uses the GPU goes through {@link #call}. */
record Engine(OpenGpu gpu, Quarantine quarantine, GpuWatch watch) {
  private static final System.Logger LOG = System.getLogger(Engine.class.getName());

  /** Calls of the driver that belong together. */
  interface Calls<T> {
    T made() throws CudaException, DeviceException;
  }

  /** Calls of the driver that give something back. */
  interface Return {
    void made() throws CudaException, DeviceException;
  }

  /**
   * Makes these calls for this GPU, on this thread, unless it is out of service.
   *
   * @param code of the refusal where one goes wrong
   * @param what was to be done, for the reason
   */
  <T> T call(ErrorCode code, String what, Calls<T> calls) throws DeviceException {
    quarantine.check();
    try {
      gpu.enter();
      return calls.made();
    } catch (CudaException e) {
      throw quarantine.told(e, code, what);
    }
  }

  /** What can't be given back is lost, and told; where the GPU is out of service, nothing can. */
  void givingBack(Return calls) {
    try {
      gpu.enter();
      calls.made();
    } catch (CudaException | DeviceException e) {
      if (!quarantine.begun()) {
        LOG.log(
            Level.WARNING,
            "GPU {0}: memory was not given back: {1}",
            gpu.context().index(),
            e.getMessage());
      }
    }
  }

  void close() {
    givingBack(gpu::close);
  }
}
