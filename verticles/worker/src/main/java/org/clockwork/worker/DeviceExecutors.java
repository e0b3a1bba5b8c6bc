package org.clockwork.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Executor;
import org.clockwork.core.worker.Task;

/** The executors of all devices of one worker: four of each. */
final class DeviceExecutors {
  private final List<Map<Executor, ExecutorVerticle>> byGpu = new ArrayList<>();

  private DeviceExecutors() {}

  /**
   * Deploys them, each on a thread named like {@code w1-gpu0-exec}; the worker's name is in it
   * because threads of one name would be shared between the workers of one process.
   */
  static Future<DeviceExecutors> deploy(
      Vertx vertx, WorkerId worker, int gpus, Function<Executor, ExecutorVerticle> make) {
    DeviceExecutors executors = new DeviceExecutors();
    List<Future<String>> deployed = new ArrayList<>();
    for (int gpu = 0; gpu < gpus; gpu++) {
      Map<Executor, ExecutorVerticle> ofGpu = new EnumMap<>(Executor.class);
      for (Executor executor : Executor.values()) {
        ExecutorVerticle verticle = make.apply(executor);
        String name =
            "%s-gpu%d-%s".formatted(worker, gpu, executor.name().toLowerCase(Locale.ROOT));
        deployed.add(vertx.deployVerticle(verticle, ExecutorVerticle.onThreadOfItsOwn(name)));
        ofGpu.put(executor, verticle);
      }
      executors.byGpu.add(ofGpu);
    }
    return Future.all(deployed).map(executors);
  }

  void submit(Task task) {
    byGpu.get(task.gpu()).get(task.executor()).submit(task);
  }

  /** Nothing waits for its window any more. */
  void hurry() {
    byGpu.forEach(ofGpu -> ofGpu.values().forEach(ExecutorVerticle::hurry));
  }
}
