package org.clockwork.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.clockwork.core.device.Clock;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.gpunative.cpu.PlanCpuDevice;
import org.clockwork.gpunative.onnx.OnnxDevice;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.DevicesConfig;

/** Makes a worker's devices: first those that compute, then the simulated ones. */
final class Devices {
  private Devices() {}

  /**
   * @param lines told which GPUs are used, and why others aren't
   */
  static List<Device> of(
      DevicesConfig config, Clock clock, ProfileStore profiles, Consumer<String> lines) {
    List<Device> devices = new ArrayList<>(CudaDevices.of(config.cuda(), profiles, lines));
    for (int i = 0; i < config.onnx().devices(); i++) {
      devices.add(
          new OnnxDevice(
              OnnxDevice.spec(
                  config.onnx().weightsCacheBytes(),
                  config.onnx().ioSlots(),
                  OnnxDevice.fewCores()),
              profiles));
    }
    for (int i = 0; i < config.planCpu().devices(); i++) {
      devices.add(planCpu(config.planCpu(), profiles));
    }
    for (int i = 0; i < config.simulated().gpus(); i++) {
      devices.add(simulated(config.simulated(), clock, i));
    }
    return devices;
  }

  private static Device planCpu(DevicesConfig.PlanCpu config, ProfileStore profiles) {
    PlanCpuDevice.obstacle()
        .ifPresent(
            obstacle -> {
              throw new UnusableException(
                  obstacle + "; set planCpu.devices in conf/worker.json to 0");
            });
    try {
      return new PlanCpuDevice(
          PlanCpuDevice.spec(config.weightsCacheBytes(), config.ioSlots(), OnnxDevice.fewCores()),
          profiles);
    } catch (IllegalStateException e) {
      throw new UnusableException(
          "no memory for a plan-cpu device: %s; lower planCpu.weightsCacheBytes (%d) in conf/worker.json"
              .formatted(e.getMessage(), config.weightsCacheBytes()));
    }
  }

  private static Device simulated(DevicesConfig.Simulated config, Clock clock, int index) {
    DeviceSpec spec =
        new DeviceSpec(
            SimulatedDevice.KIND,
            DeviceSpec.PAGE_BYTES,
            Math.toIntExact(config.weightsCacheBytes() / DeviceSpec.PAGE_BYTES),
            false,
            config.ioSlots());
    Disturbance disturbance =
        config.noiseSigma() == 0
            ? Disturbance.NONE
            : Disturbance.noise(config.seed() + index, config.noiseSigma());
    return new SimulatedDevice(spec, clock, disturbance, SimulatedDevice.NO_LINK);
  }
}
