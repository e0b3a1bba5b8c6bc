package org.clockwork.gpunative.nvml;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.gpunative.nvml.Gpu.ComputeMode;

/**
 * Asks the NVIDIA driver, through its management library. The library is opened for one survey and
 * closed again, so that a driver can be replaced under a running process.
 */
public final class Nvml implements GpuProbe {
  /** The name under which the driver installs it, wherever the system keeps its libraries. */
  public static final String LIBRARY = "libnvidia-ml.so.1";

  /** NVML's answer where the kernel module is missing. */
  private static final int DRIVER_NOT_LOADED = 9;

  private final String library;

  public Nvml() {
    this(LIBRARY);
  }

  /**
   * @param library a name that the system's loader finds, or a path
   */
  public Nvml(String library) {
    this.library = library;
  }

  @Override
  @SuppressWarnings("restricted")
  public Survey survey() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup symbols;
      try {
        symbols = SymbolLookup.libraryLookup(library, arena);
      } catch (IllegalArgumentException e) {
        return new Survey.None("no %s, so no NVIDIA driver".formatted(library));
      }
      return survey(new NvmlCalls(symbols, arena));
    }
  }

  private Survey survey(NvmlCalls nvml) {
    try {
      nvml.call("nvmlInit_v2");
    } catch (NvmlException e) {
      return new Survey.Unusable(
          "%s is there, but %s%s"
              .formatted(
                  library,
                  e.getMessage(),
                  e.code() == DRIVER_NOT_LOADED ? " (is the kernel module nvidia loaded?)" : ""));
    }
    try {
      int count = nvml.integer("nvmlDeviceGetCount_v2");
      if (count == 0) {
        return new Survey.None("the NVIDIA driver knows no GPU");
      }
      List<Gpu> gpus = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        gpus.add(gpu(nvml, i));
      }
      return new Survey.Found(
          nvml.text("nvmlSystemGetDriverVersion"),
          nvml.integer("nvmlSystemGetCudaDriverVersion"),
          gpus);
    } catch (NvmlException e) {
      return new Survey.Unusable(e.getMessage());
    } finally {
      nvml.shutdown();
    }
  }

  private static Gpu gpu(NvmlCalls nvml, int index) throws NvmlException {
    NvmlCalls.Device device = nvml.device(index);
    return new Gpu(
        index,
        device.text("nvmlDeviceGetName"),
        device.memoryBytes(),
        device.setting("nvmlDeviceGetComputeMode").flatMap(ComputeMode::of),
        device.setting("nvmlDeviceGetPersistenceMode").map(mode -> mode == 1),
        device.autoBoost(),
        clock(device, NvmlCalls.GRAPHICS_CLOCK),
        clock(device, NvmlCalls.MEMORY_CLOCK));
  }

  private static Gpu.Clock clock(NvmlCalls.Device device, int type) throws NvmlException {
    return new Gpu.Clock(
        device.figure("nvmlDeviceGetClockInfo", type),
        device.figure("nvmlDeviceGetApplicationsClock", type),
        device.figure("nvmlDeviceGetMaxClockInfo", type));
  }
}
