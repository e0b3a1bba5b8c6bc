package org.clockwork.test.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.clockwork.client.Inferences;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.codecs.Addresses;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All roles together, on a simulated GPU, asked from outside. */
class OneProcessTest {
  private static final String MODEL = "tiny";

  /** So long that whatever follows a request comes in the middle of it. */
  private static final long SLOW_NANOS = 200_000_000;

  @TempDir Path folder;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Whoever writes the lines has to wait while it is closed. */
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private OneProcess process;

  @AfterEach
  void stop() throws Exception {
    await(process.stop());
  }

  @Test
  void answersOnThePublicAddress() throws Exception {
    start(model(MODEL));
    JsonObject answer = ask(MODEL);
    assertFalse(answer.containsKey("error"), answer::encode);
    assertEquals("y", answer.getJsonArray("outputs").getJsonObject(0).getString("name"));
    assertEquals("W0", answer.getJsonObject("timings").getString("worker"));
    assertTrue(answer.getJsonObject("timings").getBoolean("cold_start"), answer::encode);
  }

  @Test
  void isUpWhenEveryModelIsReady() throws Exception {
    start(model(MODEL), model("other"));
    assertEquals(
        List.of("other", MODEL),
        process.models().stream().map(ModelStatus::name).sorted().toList());
    assertTrue(
        process.models().stream().allMatch(ModelStatus.Ready.class::isInstance),
        process.models()::toString);
  }

  @Test
  void whatNoDeviceCanRunIsNamedWithItsRemedyAndTheRestIsServed() throws Exception {
    start(
        new ModelSource.Onnx("real", folder.resolve("model.onnx"), folder, ModelSettings.NONE),
        model(MODEL));
    assertTrue(
        lines.contains(
            "not served: real: it needs an onnx device; raise onnx.devices in conf/worker.json"),
        lines::toString);
    assertFalse(ask(MODEL).containsKey("error"));
  }

  @RepeatedTest(5)
  void whatIsServedOnRequestAloneCanBeAskedForAtOnce() throws Exception {
    ModelSettings unasked = new ModelSettings(Optional.empty(), List.of(), List.of(), false, 0);
    start(model(MODEL, 1_000_000, unasked));
    assertInstanceOf(
        ModelStatus.Ready.class, await(process.gateway().load(MODEL, MODEL, 1)).getFirst());
  }

  @Test
  void aClientPlaysAPublishedWorkloadAndEveryRequestIsAnswered() throws Exception {
    start(model(MODEL));
    Report report =
        await(
            process
                .play(closedLoop(), process.inferences(), Payloads.GENERATED, _ -> {})
                .compose(client -> client.report()));
    assertEquals(100, report.totals().offered());
    assertEquals(0, report.totals().unanswered());
    assertEquals(0, report.totals().failures());
  }

  @Test
  void theSchedulerHasAnEventLoopThatNeitherGatewayNorClientIsOn() throws Exception {
    start(model(MODEL));
    Set<String> controller = ConcurrentHashMap.newKeySet();
    process
        .vertx()
        .eventBus()
        .addInboundInterceptor(
            (DeliveryContext<Object> delivery) -> {
              if (delivery.message().address().equals(Addresses.CONTROLLER_REQUESTS)) {
                controller.add(Thread.currentThread().getName());
              }
              delivery.next();
            });
    Set<String> others = ConcurrentHashMap.newKeySet();
    Payloads noting =
        _ -> {
          others.add(Thread.currentThread().getName());
          return new Payload.Generated(1);
        };
    Inferences door = process.inferences();
    Inferences noted =
        new Inferences() {
          @Override
          public Future<Answer> infer(Submission submission) {
            return door.infer(submission)
                .onSuccess(_ -> others.add(Thread.currentThread().getName()));
          }

          @Override
          public Future<List<ModelStatus>> load(String source, int copies) {
            return door.load(source, copies);
          }
        };
    await(process.play(closedLoop(), noted, noting, _ -> {}).compose(client -> client.report()));
    assertEquals(1, controller.size(), controller::toString);
    assertEquals(2, others.size(), others::toString);
    assertTrue(Collections.disjoint(controller, others), () -> controller + " and " + others);
  }

  @Test
  void aTerminalThatDoesNotTakeLinesHoldsUpNobody() throws Exception {
    start(model(MODEL));
    gate = new CountDownLatch(1);
    // The controller has a line to say about each model that is registered.
    await(process.inferences().load(MODEL, 2));
    assertFalse(ask(MODEL + "#2").containsKey("error"));
    gate.countDown();
    await(process.stop());
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("M-1 src=" + MODEL)), lines::toString);
  }

  @Test
  void stoppingAnswersWhatWasTakenAndWritesTheLogs() throws Exception {
    start(model(MODEL, SLOW_NANOS));
    CompletableFuture<Answer> answer =
        process
            .gateway()
            .infer(
                Submission.of(
                    MODEL, new Payload.Generated(1), Objective.ofNanos(SECONDS.toNanos(10))))
            .toCompletionStage()
            .toCompletableFuture();
    await(process.stop());
    assertInstanceOf(
        Answer.Succeeded.class, answer.get(30, SECONDS), () -> answer.join().toString());
    List<String> rows = Files.readAllLines(folder.resolve("logs").resolve(TelemetryLog.REQUESTS));
    assertEquals(2, rows.size(), rows::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("Client throughput=")), lines::toString);
  }

  /** A hundred requests, four at a time. */
  private static LoadPlan closedLoop() {
    return new LoadPlan(
        Workloads.named(
            "simple-parametric", List.of("1", "1", "4", "100"), Choices.PUBLISHED.withModel(MODEL)),
        Measured.ALL,
        1);
  }

  private void start(ModelSource... sources) throws Exception {
    Configuration defaults = Configuration.DEFAULT;
    Configuration configuration =
        defaults
            .with(
                defaults
                    .worker()
                    .with(defaults.worker().devices().withOnnxDevices(0).withSimulatedGpus(1)))
            .with(
                defaults
                    .controller()
                    .logging(defaults.controller().log().in(folder.resolve("logs"))));
    process = await(OneProcess.start(configuration, List.of(sources), this::hear));
  }

  private void hear(String line) {
    lines.add(line);
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonObject ask(String model) throws Exception {
    return await(asked(model));
  }

  private Future<JsonObject> asked(String model) {
    JsonObject input =
        new JsonObject()
            .put("name", "x")
            .put("datatype", "FP32")
            .put("shape", new JsonArray(List.of(1, 4)))
            .put("data", new JsonArray(Collections.nCopies(4, 1.0)));
    return process
        .vertx()
        .eventBus()
        .<JsonObject>request(
            Addresses.INFER,
            new JsonObject()
                .put("model", model)
                .put("slo_ms", 10_000)
                .put("inputs", new JsonArray(List.of(input))))
        .map(reply -> reply.body());
  }

  private static ModelSource model(String name) {
    return model(name, 1_000_000);
  }

  private static ModelSource model(String name, long execNanos) {
    return model(name, execNanos, ModelSettings.NONE);
  }

  private static ModelSource model(String name, long execNanos, ModelSettings settings) {
    ModelSpec spec =
        new ModelSpec(
            name,
            name,
            List.of(new TensorSpec("x", DataType.FP32, List.of(4))),
            List.of(new TensorSpec("y", DataType.FP32, List.of(2))),
            DeviceSpec.PAGE_BYTES,
            0);
    Profile profile = new Profile(1, 1_000_000, 0, 0, new TreeMap<>(Map.of(1, execNanos)));
    return new ModelSource.Measured(spec, profile, settings);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, SECONDS);
  }
}
