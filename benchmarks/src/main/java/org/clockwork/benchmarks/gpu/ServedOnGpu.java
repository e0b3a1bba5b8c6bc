package org.clockwork.benchmarks.gpu;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.clockwork.benchmarks.Server;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.RandomPayloads;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import org.clockwork.worker.DevicesConfig;

/**
 * The whole server in this process, on this machine's GPUs, with the workload {@code simple} on it.
 */
final class ServedOnGpu {
  private static final long SLO_NANOS = 100_000_000;
  private static final long SEED = 1;
  private static final double WARM_UP_SECONDS = 1;

  private ServedOnGpu() {}

  /** What clients saw of each model, by its name. */
  static JsonObject play(List<ModelSource> sources, double secondsEach) throws Exception {
    JsonObject reports = new JsonObject();
    DevicesConfig gpus =
        DevicesConfig.DEFAULT.onlySimulatedGpus(0).withCudaDevices(DevicesConfig.Cuda.ALL);
    try (Server server = Server.with(gpus, "default", sources)) {
      for (ModelSource source : sources) {
        LoadPlan plan =
            new LoadPlan(
                Workloads.named(
                    "simple",
                    List.of(),
                    Choices.PUBLISHED
                        .withModel(source.name())
                        .withObjective(Objective.ofNanos(SLO_NANOS))),
                new Measured((long) (WARM_UP_SECONDS * 1e9), (long) (secondsEach * 1e9)),
                SEED);
        reports.put(source.name(), server.play(plan, new RandomPayloads(SEED)).json());
      }
    }
    return reports;
  }
}
