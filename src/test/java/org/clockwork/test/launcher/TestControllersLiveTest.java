package org.clockwork.test.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.clockwork.codecs.Codecs;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.controller.ControllerVerticle;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.launcher.StressLoad;
import org.clockwork.worker.WorkerVerticle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published test controllers with gateway and worker, in one process. */
class TestControllersLiveTest {
  private static final NodeId NODE = new NodeId("this-process");
  private static final String MODEL = "fast_100us";
  private static final Objective IN_A_MINUTE = Objective.ofNanos(SECONDS.toNanos(60));

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final PreciseWaiter waiter = PreciseWaiter.forDevices(2);
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private ControllerVerticle controller;
  private GatewayVerticle gateway;

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void echoAnswersWithZeroesAndNoWorkerExecutesAnything() throws Exception {
    start("echo");
    serve(1);
    for (int i = 0; i < 20; i++) {
      // 1,000 bytes ride along; whether an input is sent or held makes no difference here.
      Tensors input = new Tensors(1, List.of(ByteBuffer.allocate(1_000)));
      Answer answer =
          await(gateway.infer(Submission.of(MODEL, new Payload.Ordered(input), IN_A_MINUTE)));
      Answer.Succeeded succeeded = assertInstanceOf(Answer.Succeeded.class, answer);
      assertEquals(ByteBuffer.allocate(4), succeeded.tensors().buffers().getFirst());
      assertEquals(0, succeeded.execNanos());
    }
  }

  @Test
  void directServesWithoutScheduling() throws Exception {
    start("direct");
    serve(2);
    for (String model : List.of(MODEL, MODEL + "#2")) {
      Answer answer =
          await(gateway.infer(Submission.of(model, new Payload.Generated(1), IN_A_MINUTE)));
      assertInstanceOf(Answer.Succeeded.class, answer);
    }
  }

  @Test
  void stressKeepsAllGpusAtLoadInferAndUnloadWithoutAnyClient() throws Exception {
    start("stress");
    StressLoad load = new StressLoad(gateway);
    await(vertx.deployVerticle(load));
    controller.onWorker(load::offered);
    Path log = folder.resolve(TelemetryLog.ACTIONS);
    Set<String> wanted = Set.of("1 on 0", "2 on 0", "3 on 0", "1 on 1", "2 on 1", "3 on 1");
    long untilNanos = System.nanoTime() + SECONDS.toNanos(60);
    Set<String> seen = Set.of();
    while (!seen.containsAll(wanted)) {
      assertTrue(System.nanoTime() < untilNanos, "after a minute only " + seen + lines);
      Thread.onSpinWait();
      seen = succeededActions(log);
    }
  }

  /** The worker is deployed, but it has joined only once the controller knows its clock. */
  private void serve(int copies) throws Exception {
    long untilNanos = System.nanoTime() + SECONDS.toNanos(60);
    List<ModelStatus> statuses;
    do {
      assertTrue(System.nanoTime() < untilNanos, "no worker has joined within a minute");
      statuses = await(gateway.load(MODEL, MODEL, copies));
    } while (!statuses.stream().allMatch(ModelStatus.Ready.class::isInstance));
  }

  /** Type and GPU of every action that succeeded. */
  private static Set<String> succeededActions(Path log) throws Exception {
    Set<String> seen = new HashSet<>();
    for (String line : Files.readAllLines(log)) {
      String[] row = line.split("\t", -1);
      if (row.length > 5 && row[3].equals("0")) {
        seen.add(row[2] + " on " + row[5]);
      }
    }
    return seen;
  }

  private void start(String policy) throws Exception {
    Codecs.register(vertx.eventBus());
    ControllerConfig config =
        ControllerConfig.DEFAULT
            .scheduledBy(policy)
            .logging(LogConfig.DEFAULT.in(folder))
            .summarizingEvery(0);
    controller = new ControllerVerticle(config, 1, lines::add);
    gateway = new GatewayVerticle(new GatewayId("G0"), NODE, GatewayConfig.DEFAULT);
    await(vertx.deployVerticle(controller));
    await(vertx.deployVerticle(gateway));
    await(vertx.deployVerticle(worker()));
  }

  private WorkerVerticle worker() {
    DeviceSpec spec =
        new DeviceSpec(
            SimulatedDevice.KIND, DeviceSpec.PAGE_BYTES, 100, false, SimulatedDevice.IO_SLOTS);
    List<Device> gpus =
        List.of(
            new SimulatedDevice(spec, waiter, Disturbance.NONE, SimulatedDevice.NO_LINK),
            new SimulatedDevice(spec, waiter, Disturbance.NONE, SimulatedDevice.NO_LINK));
    List<ModelSource> sources =
        List.of(Zoo.find(MODEL).orElseThrow(), Zoo.find("resnet18_v2").orElseThrow());
    return new WorkerVerticle(
        new WorkerId("W0"), NODE, Optional.empty(), WorkerConfig.DEFAULT, waiter, gpus, sources);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }
}
