package org.clockwork.launcher;

import java.util.Optional;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.DevicesConfig;
import picocli.CommandLine.Option;

/** Options of every command that has a worker: how many devices of each kind that computes. */
final class DeviceOptions {
  private static final int DEVICES_MAX = 1_024;

  @Option(
      names = "--onnx-devices",
      paramLabel = "N",
      description = "Devices that run ONNX models, on a core of this machine each.")
  private Optional<Integer> onnxDevices = Optional.empty();

  @Option(
      names = "--plan-cpu-devices",
      paramLabel = "N",
      description = "Devices that run compiled models, on a core of this machine each.")
  private Optional<Integer> planCpuDevices = Optional.empty();

  /** These options laid over what files say. */
  DevicesConfig over(DevicesConfig files) {
    DevicesConfig devices = files;
    if (onnxDevices.isPresent()) {
      devices = devices.withOnnxDevices(count("--onnx-devices", onnxDevices.get()));
    }
    if (planCpuDevices.isPresent()) {
      devices = devices.withPlanCpuDevices(count("--plan-cpu-devices", planCpuDevices.get()));
    }
    return devices;
  }

  /** That many devices, if a machine may have so many. */
  static int count(String option, int number) {
    if (number < 0 || number > DEVICES_MAX) {
      throw new UnusableException("%s %d: expected 0 to %d".formatted(option, number, DEVICES_MAX));
    }
    return number;
  }
}
