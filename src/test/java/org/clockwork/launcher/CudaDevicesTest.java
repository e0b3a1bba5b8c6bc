package org.clockwork.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.worker.DevicesConfig;
import org.junit.jupiter.api.Test;

/** On a machine without a driver; with one of our own {@code CudaDeviceTest} plays. */
class CudaDevicesTest {

  @Test
  void withoutADriverAWorkerSaysWhyAndUsesOtherDevices() {
    List<String> lines = new ArrayList<>();

    assertEquals(
        List.of(), CudaDevices.of(DevicesConfig.Cuda.DEFAULT, ProfileStore.NONE, lines::add));

    assertEquals(
        List.of("Using no CUDA: no libcuda.so.1, so no NVIDIA driver; other devices are used"),
        lines);
    assertEquals(0, CudaDevices.count(DevicesConfig.Cuda.DEFAULT));
  }

  @Test
  void whoWantsNoGpuIsToldNothing() {
    List<String> lines = new ArrayList<>();
    DevicesConfig.Cuda none = DevicesConfig.DEFAULT.withCudaDevices(0).cuda();

    assertEquals(List.of(), CudaDevices.of(none, ProfileStore.NONE, lines::add));
    assertEquals(List.of(), lines);
  }
}
