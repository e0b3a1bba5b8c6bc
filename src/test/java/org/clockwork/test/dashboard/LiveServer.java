package org.clockwork.test.dashboard;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.worker.DevicesConfig;
import org.clockwork.worker.WorkerVerticle;

/** A server with two simulated GPUs, one model and a steady load, for whoever watches it. */
final class LiveServer {
  private static final String MODEL = "tiny";
  private static final long EXEC_NANOS = 2_000_000;

  final OneProcess process;

  private LiveServer(OneProcess process) {
    this.process = process;
  }

  static LiveServer start(Path logs) throws Exception {
    Configuration defaults = Configuration.DEFAULT;
    LiveServer server =
        new LiveServer(
            await(
                OneProcess.open(
                    defaults
                        .with(defaults.worker().with(DevicesConfig.DEFAULT.onlySimulatedGpus(2)))
                        .with(DoorsConfig.DEFAULT.onPorts(0, DoorPorts.NONE, DoorPorts.NONE))
                        .with(BridgeConfig.DEFAULT.onPort(BridgeConfig.NONE))
                        .with(
                            defaults
                                .controller()
                                .summarizingEvery(0)
                                .logging(defaults.controller().log().in(logs))),
                    List.of(model()),
                    _ -> {})));
    LoadPlan plan =
        new LoadPlan(
            Workloads.named(
                "poisson-open-loop", List.of("1", "100"), Choices.PUBLISHED.withModel(MODEL)),
            Measured.ALL,
            1);
    await(server.process.play(plan, server.process.inferences(), Payloads.GENERATED, _ -> {}));
    return server;
  }

  private static ModelSource model() {
    ModelSpec spec =
        new ModelSpec(
            MODEL,
            MODEL,
            List.of(new TensorSpec("x", DataType.FP32, List.of(4))),
            List.of(new TensorSpec("y", DataType.FP32, List.of(2))),
            DeviceSpec.PAGE_BYTES,
            0);
    return new ModelSource.Measured(
        spec,
        new Profile(1, 1_000_000, 0, 0, new TreeMap<>(Map.of(1, EXEC_NANOS))),
        new ModelSettings(Optional.empty(), List.of(), List.of(), true, 1));
  }

  String url() {
    return "http://127.0.0.1:" + process.doors().http().orElseThrow();
  }

  /** One inference that its client calls so; its answer. */
  JsonObject ask(String clientsName, double sloMillis) throws Exception {
    JsonObject input =
        new JsonObject()
            .put("name", "x")
            .put("datatype", "FP32")
            .put("shape", new JsonArray(List.of(1, 4)))
            .put("data", new JsonArray(Collections.nCopies(4, 1.0)));
    return await(
        process
            .vertx()
            .eventBus()
            .<JsonObject>request(
                Addresses.INFER,
                new JsonObject()
                    .put("model", MODEL)
                    .put("id", clientsName)
                    .put("slo_ms", sloMillis)
                    .put("inputs", new JsonArray(List.of(input))))
            .map(reply -> reply.body()));
  }

  /** One more worker, which leaves when this is undeployed. */
  String join(String worker) throws Exception {
    PreciseWaiter waiter = PreciseWaiter.forDevices(1);
    return await(
        process
            .vertx()
            .deployVerticle(
                new WorkerVerticle(
                    new WorkerId(worker),
                    new NodeId("node-of-" + worker),
                    Optional.empty(),
                    WorkerConfig.DEFAULT,
                    waiter,
                    List.of(
                        new SimulatedDevice(
                            SimulatedDevice.specWithPages(100),
                            waiter,
                            Disturbance.NONE,
                            SimulatedDevice.NO_LINK)),
                    List.of(model()))));
  }

  void leave(String deployment) throws Exception {
    await(process.vertx().undeploy(deployment));
  }

  void close() throws Exception {
    await(process.stop());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }
}
