package org.clockwork.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceException;
import org.clockwork.gpunative.cuda.CudaDevice;
import org.clockwork.gpunative.cuda.CudaDriver;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.worker.DevicesConfig;

/** Takes a machine's GPUs into use. One that can't be used keeps no other from it. */
final class CudaDevices {
  private CudaDevices() {}

  /** How many of them would be used. */
  static int count(DevicesConfig.Cuda config) {
    return config.devices() > 0 && CudaDriver.ask() instanceof CudaDriver.Answer.Here here
        ? Math.min(config.devices(), here.driver().gpus())
        : 0;
  }

  static List<Device> of(DevicesConfig.Cuda config, ProfileStore profiles, Consumer<String> lines) {
    List<Device> devices = new ArrayList<>();
    if (config.devices() > 0) {
      switch (CudaDriver.ask()) {
        case CudaDriver.Answer.Absent(String reason) ->
            lines.accept("Using no CUDA: %s; other devices are used".formatted(reason));
        case CudaDriver.Answer.Here(CudaDriver driver) -> {
          lines.accept(driver.line());
          for (int gpu = 0; gpu < Math.min(config.devices(), driver.gpus()); gpu++) {
            open(gpu, config, profiles, lines, devices);
          }
        }
      }
    }
    return devices;
  }

  private static void open(
      int gpu,
      DevicesConfig.Cuda config,
      ProfileStore profiles,
      Consumer<String> lines,
      List<Device> devices) {
    try {
      CudaDevice device = CudaDevice.open(gpu, config.settings(), profiles);
      lines.accept(
          "GPU %d: %s, %d pages of weights"
              .formatted(gpu, device.spec().kind(), device.spec().pages()));
      devices.add(device);
    } catch (DeviceException e) {
      lines.accept("not used: " + e.getMessage());
    }
  }
}
