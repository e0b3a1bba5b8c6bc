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

  @Option(
      names = "--cuda-devices",
      paramLabel = "N|all",
      description = "NVIDIA GPUs that run compiled models, at most; all that there are by default.")
  private Optional<String> cudaDevices = Optional.empty();

  /** These options laid over what files say. */
  DevicesConfig over(DevicesConfig files) {
    DevicesConfig devices = files;
    if (onnxDevices.isPresent()) {
      devices = devices.withOnnxDevices(count("--onnx-devices", onnxDevices.get()));
    }
    if (planCpuDevices.isPresent()) {
      devices = devices.withPlanCpuDevices(count("--plan-cpu-devices", planCpuDevices.get()));
    }
    if (cudaDevices.isPresent()) {
      devices = devices.withCudaDevices(gpus(cudaDevices.get()));
    }
    return devices;
  }

  private static int gpus(String word) {
    if (word.equals("all")) {
      return DevicesConfig.Cuda.ALL;
    }
    try {
      return count("--cuda-devices", Integer.parseInt(word));
    } catch (NumberFormatException e) {
      throw new UnusableException("--cuda-devices %s: expected a number or all".formatted(word));
    }
  }

  /** That many devices, if a machine may have so many. */
  static int count(String option, int number) {
    if (number < 0 || number > DEVICES_MAX) {
      throw new UnusableException("%s %d: expected 0 to %d".formatted(option, number, DEVICES_MAX));
    }
    return number;
  }
}
