package org.clockwork.worker;

import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.gpunative.cuda.CudaSettings;

/** Which devices a worker has, and how large they are. */
public record DevicesConfig(Cuda cuda, Onnx onnx, PlanCpu planCpu, Simulated simulated) {
  public static final DevicesConfig DEFAULT =
      new DevicesConfig(Cuda.DEFAULT, Onnx.DEFAULT, PlanCpu.DEFAULT, Simulated.DEFAULT);

  public DevicesConfig withSimulatedGpus(int gpus) {
    return new DevicesConfig(
        cuda,
        onnx,
        planCpu,
        new Simulated(
            gpus,
            simulated.weightsCacheBytes,
            simulated.ioSlots,
            simulated.noiseSigma,
            simulated.seed));
  }

  /** Of GPUs, real and simulated ones. */
  public DevicesConfig withGpuWeightsCacheBytes(long bytes) {
    return new DevicesConfig(
        new Cuda(cuda.devices, cuda.settings.withWeightsCacheBytes(bytes)),
        onnx,
        planCpu,
        new Simulated(
            simulated.gpus, bytes, simulated.ioSlots, simulated.noiseSigma, simulated.seed));
  }

  public DevicesConfig withOnnxDevices(int devices) {
    return new DevicesConfig(
        cuda, new Onnx(devices, onnx.weightsCacheBytes, onnx.ioSlots), planCpu, simulated);
  }

  public DevicesConfig withPlanCpuDevices(int devices) {
    return new DevicesConfig(
        cuda, onnx, new PlanCpu(devices, planCpu.weightsCacheBytes, planCpu.ioSlots), simulated);
  }

  /** At most that many GPUs. */
  public DevicesConfig withCudaDevices(int devices) {
    return new DevicesConfig(new Cuda(devices, cuda.settings), onnx, planCpu, simulated);
  }

  /** Nothing that computes, and that many which only take the time. */
  public DevicesConfig onlySimulatedGpus(int gpus) {
    return withCudaDevices(0).withOnnxDevices(0).withPlanCpuDevices(0).withSimulatedGpus(gpus);
  }

  /** Of all kinds but GPUs, of which a machine may have fewer. */
  public int countBesideCuda() {
    return onnx.devices + planCpu.devices + simulated.gpus;
  }

  /**
   * Devices that run compiled models on NVIDIA GPUs.
   *
   * @param devices at most so many GPUs: as many as the driver shows
   */
  public record Cuda(int devices, CudaSettings settings) {
    /** More than any machine has. */
    public static final int ALL = 1_024;

    public static final Cuda DEFAULT = new Cuda(ALL, CudaSettings.DEFAULT);
  }

  /**
   * Devices that run ONNX models on a core of this machine each.
   *
   * @param devices how many: 1; each takes a core while it executes
   * @param weightsCacheBytes weights that may be loaded at once: 2 GiB, some twenty models of
   *     MiniLM's size
   * @param ioSlots batches that may be copied in, run and copied out at once: 4
   */
  public record Onnx(int devices, long weightsCacheBytes, int ioSlots) {
    public static final Onnx DEFAULT = new Onnx(1, 2L << 30, 4);

    public Onnx {
      checkCache(weightsCacheBytes);
    }
  }

  /**
   * Devices that run compiled models on a core of this machine each.
   *
   * @param devices how many: none unless asked for; each takes a core while it executes
   * @param weightsCacheBytes weights that may be loaded at once: 1 GiB, ten models of MiniLM's
   *     size; the memory is taken at the start
   * @param ioSlots batches that may be copied in, run and copied out at once: 4
   */
  public record PlanCpu(int devices, long weightsCacheBytes, int ioSlots) {
    public static final PlanCpu DEFAULT = new PlanCpu(0, 1L << 30, 4);

    public PlanCpu {
      checkCache(weightsCacheBytes);
    }
  }

  /**
   * Devices that take the measured time of a real GPU and compute nothing.
   *
   * @param gpus how many: none unless asked for
   * @param weightsCacheBytes weights that may be loaded at once: 21.5 GiB, the published 1,376
   *     pages of a GPU with 32 GB
   * @param ioSlots batches that may be under way at once: 128
   * @param noiseSigma execution takes longer by this share of its time, as a normal deviate: 0
   * @param seed of that noise
   */
  public record Simulated(
      int gpus, long weightsCacheBytes, int ioSlots, double noiseSigma, long seed) {
    public static final Simulated DEFAULT =
        new Simulated(0, 1_376L * DeviceSpec.PAGE_BYTES, SimulatedDevice.IO_SLOTS, 0, 1);

    public Simulated {
      checkCache(weightsCacheBytes);
    }
  }

  private static void checkCache(long weightsCacheBytes) {
    if (weightsCacheBytes < DeviceSpec.PAGE_BYTES) {
      throw new IllegalArgumentException(
          "weightsCacheBytes=%d holds not even one page of %d bytes"
              .formatted(weightsCacheBytes, DeviceSpec.PAGE_BYTES));
    }
  }
}
