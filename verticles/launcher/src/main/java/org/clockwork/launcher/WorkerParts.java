package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.ModelSource;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.gpunative.RealTime;
import org.clockwork.worker.DevicesConfig;
import org.clockwork.worker.WorkerNodeConfig;
import org.clockwork.worker.WorkerVerticle;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.ProfileFiles;

/** A worker's devices, and the models that they can run. */
final class WorkerParts {
  private final WorkerNodeConfig config;
  private final PreciseWaiter waiter;
  private final List<Device> devices;
  private final List<ModelSource> hosted;

  private WorkerParts(
      WorkerNodeConfig config,
      PreciseWaiter waiter,
      List<Device> devices,
      List<ModelSource> hosted) {
    this.config = config;
    this.waiter = waiter;
    this.devices = devices;
    this.hosted = hosted;
  }

  /**
   * @param sources models that the worker offers; what no device can run is told and left out
   */
  static WorkerParts of(
      WorkerNodeConfig config, List<ModelSource> sources, Consumer<String> lines) {
    int gpus = CudaDevices.count(config.devices().cuda());
    PreciseWaiter waiter =
        PreciseWaiter.forDevices(gpus + config.devices().countBesideCuda())
            .preferring(realTime(config.devices(), gpus));
    List<Device> devices = Devices.of(config.devices(), waiter, profiles(config, lines), lines);
    List<ModelSource> hosted =
        sources.stream().filter(source -> hosts(devices, source, lines)).toList();
    return new WorkerParts(config, waiter, devices, hosted);
  }

  /**
   * For the executors. Where a device computes on this machine's cores they work for long, and the
   * kernel would have to take the core away from them for everybody else; so would a GPU's EXEC,
   * which waits with its core, where there are few.
   */
  private static RealTime realTime(DevicesConfig devices, int gpus) {
    boolean mostlyWaiting =
        devices.onnx().devices() == 0
            && devices.planCpu().devices() == 0
            && (gpus == 0 || gpus + 1 < Runtime.getRuntime().availableProcessors());
    return mostlyWaiting ? RealTime.of(System.getenv()) : RealTime.NONE;
  }

  /** The models that some device can run. */
  List<ModelSource> hosted() {
    return hosted;
  }

  /**
   * To be called once: the verticle closes the devices when it stops.
   *
   * @param dataHost where it takes inputs from gateways of other processes; empty where there are
   *     none
   */
  WorkerVerticle verticle(WorkerId id, NodeId node, Optional<String> dataHost) {
    WorkerVerticle worker =
        new WorkerVerticle(id, node, dataHost, config.bounds(), waiter, devices, hosted);
    return config.modelRepository().map(ModelRepository::new).map(worker::lookingIn).orElse(worker);
  }

  /** The devices are not used after all. */
  void close() {
    devices.forEach(Device::close);
  }

  private static ProfileFiles profiles(WorkerNodeConfig config, Consumer<String> lines) {
    return new ProfileFiles(profileCache(config), lines);
  }

  /** Where profiles go that can't lie beside their model. */
  static Path profileCache(WorkerNodeConfig config) {
    return config
        .profileCache()
        .orElseGet(
            () ->
                ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"))
                    .resolve("profiles"));
  }

  private static boolean hosts(List<Device> devices, ModelSource source, Consumer<String> lines) {
    boolean hosts = devices.stream().anyMatch(device -> device.hosts(source));
    if (!hosts) {
      lines.accept(
          "not served: %s: %s"
              .formatted(
                  source.name(),
                  switch (source) {
                    case ModelSource.Onnx _ ->
                        "it needs an onnx device; raise onnx.devices in conf/worker.json";
                    case ModelSource.Compiled plan when !plan.mayRunOn("cpu") ->
                        "it is compiled for %s alone, which GPUs run; compile it with --target cpu"
                                .formatted(String.join(", ", plan.targets()))
                            + " as well for plan-cpu devices";
                    case ModelSource.Compiled _ ->
                        "it is a compiled model, which GPUs and plan-cpu devices run; add"
                            + " --plan-cpu-devices 1";
                    case ModelSource.Both _ ->
                        "it needs an onnx or a plan-cpu device; raise onnx.devices or"
                            + " planCpu.devices in conf/worker.json";
                    case ModelSource.Measured _ ->
                        "only its measurements are here, which simulated GPUs run; add"
                            + " --simulated-gpus 1";
                  }));
    }
    return hosts;
  }
}
