package org.clockwork.gpunative.nvml;

import java.util.List;
import org.clockwork.gpunative.cuda.CudaDriver;

/** Asks a machine for its GPUs and how they are set. */
@FunctionalInterface
public interface GpuProbe {

  /** As they are now; takes some tens of milliseconds where there is a driver. */
  Survey survey();

  /** What came of asking. */
  sealed interface Survey {

    /** There is no driver, or it knows no GPU. */
    record None(String reason) implements Survey {}

    /** There should be GPUs, but the driver doesn't work. */
    record Unusable(String reason) implements Survey {}

    /**
     * At least one GPU.
     *
     * @param driver its version, such as {@code 550.54.15}
     * @param cudaVersion the newest that the driver runs, as it counts: 12040 is CUDA 12.4
     */
    record Found(String driver, int cudaVersion, List<Gpu> gpus) implements Survey {
      public Found {
        gpus = List.copyOf(gpus);
      }

      /** {@code 12.4}. */
      public String cuda() {
        return written(cudaVersion);
      }

      /**
       * {@code 2, driver 550.54.15, CUDA 12.4, runtime 12.6}: the last is what this build is for.
       */
      public String said() {
        return "%d, driver %s, CUDA %s, runtime %s"
            .formatted(gpus.size(), driver, cuda(), written(CudaDriver.RUNTIME));
      }

      private static String written(int version) {
        return version / 1000 + "." + version % 1000 / 10;
      }
    }
  }
}
