package org.clockwork.test.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.clockwork.codecs.Traffic.Volume;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.controller.ControllerVerticle;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.worker.WorkerVerticle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Controller, worker and gateway on nodes of their own: which way tensors take. */
class DataPathTest {
  private static final String MODEL = "images";
  private static final int ELEMENTS = 150_528;
  private static final long HOUR = 3_600_000_000_000L;

  /** Ids, sizes and times of some requests: far less than one image. */
  private static final long SMALL_BYTES = 50_000;

  @TempDir Path folder;

  private final Nodes nodes = new Nodes();
  private Node controllers;
  private Node workers;
  private Node gateways;
  private GatewayVerticle gateway;

  @BeforeEach
  void start() throws Exception {
    controllers = nodes.join();
    workers = nodes.join();
    gateways = nodes.join();
    ControllerConfig config =
        ControllerConfig.DEFAULT.logging(LogConfig.DEFAULT.in(folder)).summarizingEvery(0);
    Nodes.await(
        controllers.vertx().deployVerticle(new ControllerVerticle(config, 1, nodes.lines()::add)));
    PreciseWaiter waiter = PreciseWaiter.forDevices(1);
    List<Device> devices = List.of(new SimulatedDevice(SimulatedDevice.specWithPages(10), waiter));
    Nodes.await(
        workers
            .vertx()
            .deployVerticle(
                new WorkerVerticle(
                    new WorkerId("w"),
                    workers.id(),
                    Optional.of(workers.host()),
                    WorkerConfig.DEFAULT,
                    waiter,
                    devices,
                    List.of(model()))));
    gateway = new GatewayVerticle(new GatewayId("g"), gateways.id(), GatewayConfig.DEFAULT);
    Nodes.await(gateways.vertx().deployVerticle(gateway));
    // The worker may have to be met first.
    List<ModelStatus> loaded = List.of();
    while (!loaded.stream().anyMatch(ModelStatus.Ready.class::isInstance)) {
      loaded = Nodes.await(gateway.load(MODEL, MODEL, 1));
    }
  }

  @AfterEach
  void leave() throws Exception {
    nodes.leave();
  }

  @Test
  void imagesThereAndBackPassNeitherTheControllerNorTheEventBus() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertInstanceOf(Answer.Succeeded.class, infer(image(i)));
    }
    assertEquals(Volume.NONE, gateways.traffic().sent(Inputs.class));
    assertEquals(Volume.NONE, workers.traffic().sent(Outputs.class));
    for (Class<?> type : List.of(Request.class, Verdict.class, Action.class)) {
      Volume in = controllers.traffic().received(type);
      Volume out = controllers.traffic().sent(type);
      assertTrue(in.bytes() + out.bytes() < SMALL_BYTES, () -> type + ": " + in + ", " + out);
    }
    assertTrue(controllers.traffic().sent(Action.class).messages() > 0);
  }

  @Test
  void whatComesOutBelongsToWhatWentIn() throws Exception {
    Tensors one = outputs(infer(image(1)));
    Tensors other = outputs(infer(image(2)));
    assertEquals(4 * ELEMENTS, one.bytes());
    assertNotEquals(one, other);
    assertEquals(one, outputs(infer(image(1))));
  }

  @Test
  void manyAtOnceAreEachAnsweredWithTheirOwn() throws Exception {
    Tensors one = outputs(infer(image(1)));
    Tensors other = outputs(infer(image(2)));
    List<Future<Answer>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(gateway.infer(submission(image(1 + i % 2))));
    }
    for (int i = 0; i < 100; i++) {
      assertEquals(i % 2 == 0 ? one : other, outputs(Nodes.await(asked.get(i))));
    }
  }

  private Answer infer(Tensors image) throws Exception {
    return Nodes.await(gateway.infer(submission(image)));
  }

  private static Submission submission(Tensors image) {
    return Submission.of(MODEL, new Payload.Ordered(image), Objective.ofNanos(HOUR));
  }

  private static Tensors outputs(Answer answer) {
    return assertInstanceOf(Answer.Succeeded.class, answer, answer::toString).tensors();
  }

  private static Tensors image(int value) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4 * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putInt(value);
    }
    return new Tensors(1, List.of(bytes.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN)));
  }

  /** Images in, images out. */
  private static ModelSource model() {
    ModelSpec spec =
        new ModelSpec(
            MODEL,
            MODEL,
            List.of(new TensorSpec("x", DataType.FP32, List.of(ELEMENTS))),
            List.of(new TensorSpec("y", DataType.FP32, List.of(ELEMENTS))),
            16 << 20,
            0);
    Profile profile =
        new Profile(
            1, 1_000_000, 0, 0, new TreeMap<>(Map.of(1, 100_000L, 2, 150_000L, 4, 200_000L)));
    return new ModelSource.Measured(spec, profile, ModelSource.ModelSettings.NONE);
  }
}
