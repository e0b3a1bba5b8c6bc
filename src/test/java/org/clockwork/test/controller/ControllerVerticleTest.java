package org.clockwork.test.controller;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.ClockNews;
import org.clockwork.codecs.Codecs;
import org.clockwork.codecs.Postbag;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.controller.ControllerVerticle;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.test.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerVerticleTest {
  /** In the request log, as published. */
  private static final String CANCELLED = "1";

  private static final GatewayId GATEWAY = new GatewayId("G0");
  private static final NodeId GATEWAY_NODE = new NodeId("the gateway's process");
  private static final long SLO_NANOS = SECONDS.toNanos(10);

  @TempDir Path folder;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final BlockingQueue<ModelStatus> statuses = new LinkedBlockingQueue<>();
  private final BlockingQueue<ModelStatus> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Verdict> verdicts = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private ControllerVerticle controller;
  private String deployment;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    Codecs.register(vertx.eventBus());
    vertx
        .eventBus()
        .consumer(
            Addresses.CONTROLLER_MODELS,
            (Message<ModelStatus> message) -> statuses.add(message.body()));
    Postbag.receive(vertx.eventBus(), Addresses.gatewayModels(GATEWAY), told::add);
    vertx
        .eventBus()
        .consumer(Addresses.gatewayClock(GATEWAY), message -> message.reply(System.nanoTime()));
    Postbag.receive(vertx.eventBus(), Addresses.gatewayVerdicts(GATEWAY), verdicts::add);
    ControllerConfig config =
        ControllerConfig.DEFAULT
            .logging(LogConfig.DEFAULT.in(folder.resolve("logs")))
            .summarizingEvery(0);
    controller = new ControllerVerticle(config, 1, lines::add);
    deployment = await(vertx.deployVerticle(controller));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void registersWhatAWorkerAnnouncesAndTellsEveryGateway() throws Exception {
    new ScriptedWorker(vertx, 0).announce(ScriptedWorker.MODEL);
    assertInstanceOf(ModelStatus.Registering.class, nextStatus());
    ModelStatus.Ready ready = assertInstanceOf(ModelStatus.Ready.class, nextStatus());
    assertEquals(ScriptedWorker.MODEL, ready.name());
  }

  @Test
  void aGatewayThatComesLaterIsToldEveryModelToo() throws Exception {
    modelOf(new ScriptedWorker(vertx, 0));
    gatewayComes();
    assertInstanceOf(ModelStatus.Ready.class, next(told));
  }

  @Test
  void aGatewayThatIsThereIsToldWhatChanges() throws Exception {
    gatewayComes();
    modelOf(new ScriptedWorker(vertx, 0));
    assertInstanceOf(ModelStatus.Registering.class, next(told));
    assertInstanceOf(ModelStatus.Ready.class, next(told));
  }

  @Test
  void aWorkerWhoseProcessHasGoneHasLeft() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    modelOf(worker);
    controller.nodeLeft(new NodeId("another process"));
    controller.nodeLeft(ScriptedWorker.NODE);
    assertInstanceOf(ModelStatus.Unavailable.class, nextStatus());
  }

  @Test
  void aWorkerThatWasStartedAnewIsAnotherOne() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    modelOf(worker);
    ScriptedWorker.startedAnew(vertx).announce(ScriptedWorker.MODEL);
    assertInstanceOf(ModelStatus.Unavailable.class, nextStatus());
    assertInstanceOf(ModelStatus.Ready.class, nextStatus());
    assertEquals(1, worker.actions.size(), "what it is told does not go to the process before");
  }

  @Test
  void aWorkerThatDoesNotAnswerAnyMoreHasLeft() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    modelOf(worker);
    worker.hang();
    assertInstanceOf(ModelStatus.Unavailable.class, nextStatus());
  }

  @Test
  void aWorkerThatWasTakenForLostIsAskedToAnnounceItself() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    modelOf(worker);
    controller.nodeLeft(ScriptedWorker.NODE);
    assertInstanceOf(ModelStatus.Unavailable.class, nextStatus());
    BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer(Addresses.WORKERS_ANNOUNCE, _ -> asked.add(""));
    long nowNanos = System.nanoTime();
    Object seen = null;
    // It asks at most once a second, so the first outcomes may meet that bound.
    while (seen == null && System.nanoTime() - nowNanos < SECONDS.toNanos(20)) {
      worker.answersSomethingOld();
      seen = asked.poll(10, MILLISECONDS);
    }
    assertNotNull(seen);
  }

  @Test
  void requestsOfAGatewayThatHasGoneAreForgotten() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    ModelStatus.Ready model = modelOf(worker);
    gatewayComes();
    worker.hesitate();
    ask(model, 1);
    controller.nodeLeft(GATEWAY_NODE);
    await(vertx.undeploy(deployment));
    List<String> rows = Files.readAllLines(folder.resolve("logs").resolve(TelemetryLog.REQUESTS));
    assertEquals(2, rows.size(), rows::toString);
    assertEquals(CANCELLED, rows.get(1).split("\t", -1)[2]);
  }

  @Test
  void wishesThatCameToNothingCrowdOutNoModel() throws Exception {
    int names = ControllerConfig.DEFAULT.scheduler().maxModels();
    for (int i = 0; i < names; i++) {
      vertx
          .eventBus()
          .send(Addresses.CONTROLLER_WISHES, new Event.ModelWanted("wish" + i, "nobody's"));
    }
    for (int i = 0; i < names; i++) {
      assertInstanceOf(ModelStatus.Unavailable.class, nextStatus());
    }
    ModelStatus.Ready ready = modelOf(new ScriptedWorker(vertx, 0));
    gatewayComes();
    for (int i = 0; i < names; i++) {
      assertInstanceOf(ModelStatus.Unavailable.class, next(told));
    }
    assertEquals(ready, next(told));
  }

  @Test
  void aRequestIsLoadedForAndDispatched() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    ask(modelOf(worker), 1);
    assertTrue(worker.next(Action.Load.class).isPresent());
    assertTrue(worker.next(Action.Infer.class).isPresent());
    Verdict.Dispatched dispatched =
        assertInstanceOf(Verdict.Dispatched.class, verdicts.poll(20, SECONDS));
    assertEquals(new RequestId(GATEWAY, 1), dispatched.request());
    assertTrue(dispatched.coldStart());
  }

  @Test
  void whatBecameOfARequestIsExplained() throws Exception {
    ask(modelOf(new ScriptedWorker(vertx, 0)), 1);
    assertInstanceOf(Verdict.Dispatched.class, verdicts.poll(20, SECONDS));
    JsonObject story = explained("G0-1");
    while (story.getString("result", "under_way").equals("under_way")) {
      story = explained("G0-1"); // Its outcome is on its way.
    }
    assertEquals("met", story.getString("result"));
    assertEquals(ScriptedWorker.MODEL, story.getString("model"));
    assertEquals(1, story.getJsonArray("loads").size());
    assertEquals("W0", story.getJsonArray("attempts").getJsonObject(0).getString("worker"));
  }

  @Test
  void aRequestIsExplainedByWhatItsClientCalledItToo() throws Exception {
    ask(modelOf(new ScriptedWorker(vertx, 0)), 1);
    assertInstanceOf(Verdict.Dispatched.class, verdicts.poll(20, SECONDS));
    RequestId id = RequestId.parse("G0-1").orElseThrow();
    vertx.eventBus().send(Addresses.CONTROLLER_REQUEST_NAMES, new NamedRequest(id, "order 7"));
    JsonObject story = explained("order 7");
    assertEquals("G0-1", story.getString("request_id"));
    assertEquals("order 7", story.getString("client_id"));
    assertEquals(List.of("G0-1"), story.getJsonArray("requests").getList());
    assertEquals("order 7", explained("G0-1").getString("client_id"));
  }

  @Test
  void framesOfTheBoardArePublishedToWhoeverWatches() throws Exception {
    BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    vertx
        .eventBus()
        .consumer(Addresses.BOARD, (Message<JsonObject> frame) -> frames.add(frame.body()));
    ask(modelOf(new ScriptedWorker(vertx, 0)), 1);
    assertInstanceOf(Verdict.Dispatched.class, verdicts.poll(20, SECONDS));
    assertEquals("invalid_request", watch(new JsonObject()).getString("code"));
    assertEquals(0, frames.size());
    JsonObject wish = new JsonObject().put("watcher", "me").put("whole", true);
    assertEquals(200, watch(wish).getInteger("period_ms"));
    JsonObject whole = frames.poll(20, SECONDS).getJsonObject("whole");
    assertEquals("W0-GPU0", whole.getJsonArray("devices").getJsonObject(0).getString("id"));
    assertFalse(frames.poll(20, SECONDS).containsKey("whole"));
  }

  private JsonObject watch(JsonObject wish) throws Exception {
    return await(vertx.eventBus().<JsonObject>request(Addresses.BOARD_WATCH, wish)).body();
  }

  @Test
  void aQuestionAboutNoRequestSaysWhatIsWrongWithIt() throws Exception {
    assertTrue(explained("G0-77").getString("error").contains("G0-77"));
    assertEquals("unknown_request", explained("G0-77").getString("code"));
    assertEquals("unknown_request", explained("anything").getString("code"));
    assertEquals("invalid_request", explained("").getString("code"));
    assertEquals("invalid_request", explained("x".repeat(257)).getString("code"));
    assertEquals("invalid_request", explained(7).getString("code"));
  }

  @Test
  void whatItCountedIsToldToWhoeverAsks() throws Exception {
    ask(modelOf(new ScriptedWorker(vertx, 0)), 1);
    assertInstanceOf(Verdict.Dispatched.class, verdicts.poll(20, SECONDS));
    String success = "nv_inference_request_success{model=\"ready\",version=\"1\"} 1.0";
    String text = figures();
    while (!text.contains(success)) {
      text = figures(); // Its outcome is on its way.
    }
    assertTrue(text.contains("clockwork_pages{gpu=\"0\",worker=\"W0\"} 100.0"), text);
  }

  private String figures() throws Exception {
    return await(vertx.eventBus().<String>request(Addresses.METRICS, "")).body();
  }

  private JsonObject explained(Object id) throws Exception {
    JsonObject question = new JsonObject().put("id", id);
    return await(vertx.eventBus().<JsonObject>request(Addresses.EXPLAIN, question)).body();
  }

  @Test
  void anUnknownModelIsAFailureThatNamesIt() throws Exception {
    ModelStatus.Ready ready = modelOf(new ScriptedWorker(vertx, 0));
    ask(new ModelStatus.Ready(new ModelId(77), ready.spec(), 1, 1, 1), 1);
    Verdict.Failed failed = assertInstanceOf(Verdict.Failed.class, verdicts.poll(20, SECONDS));
    assertTrue(failed.reason().contains("M-77"), failed::reason);
  }

  @Test
  void windowsAreOnTheWorkersClockAndLogsOnTheControllers() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, SECONDS.toNanos(3_600));
    ask(modelOf(worker), 1);
    Action.Infer infer = worker.next(Action.Infer.class).orElseThrow();
    long inSeconds = (infer.window().latestNanos() - worker.nanos()) / SECONDS.toNanos(1);
    assertTrue(Math.abs(inSeconds) <= 60, "the window ends in " + inSeconds + " s");
    await(vertx.undeploy(deployment));
    List<String> rows = Files.readAllLines(folder.resolve("logs").resolve(TelemetryLog.ACTIONS));
    long execCompleteNanos = Long.parseLong(rows.getLast().split("\t", -1)[11]);
    assertTrue(Math.abs(execCompleteNanos) < SECONDS.toNanos(60), rows::toString);
  }

  @Test
  void aWorkerHearsHowFarItsClockIsAhead() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, SECONDS.toNanos(3_600));
    modelOf(worker);
    assertEquals(ClockNews.NONE, worker.clockNews.poll(20, SECONDS), "nothing is known yet");
    ClockNews news = worker.clockNews.poll(20, SECONDS);
    long offNanos = Math.abs(news.skewNanos() - SECONDS.toNanos(3_600));
    assertTrue(offNanos <= news.roundTripNanos() / 2, news::toString);
  }

  @Test
  void aModelThatCannotBeUsedIsNamedWithItsReasonAndTheOthersAreServed() throws Exception {
    new ScriptedWorker(vertx, 0).announce(ScriptedWorker.BROKEN, ScriptedWorker.MODEL);
    assertEquals(ScriptedWorker.MODEL, statusesUntil(ModelStatus.Ready.class).name());
    assertTrue(lines.contains("model broken can't be served: model.onnx is torn"), lines::toString);
  }

  @Test
  void modelsOfAWorkerThatLeftAreNoLongerReady() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    modelOf(worker);
    worker.leave();
    ModelStatus.Unavailable gone = assertInstanceOf(ModelStatus.Unavailable.class, nextStatus());
    assertEquals(ScriptedWorker.MODEL, gone.name());
  }

  @Test
  void aWishForAModelThatNobodyHasIsAnsweredWithTheReason() throws Exception {
    vertx.eventBus().send(Addresses.CONTROLLER_WISHES, new Event.ModelWanted("a", "a"));
    ModelStatus.Unavailable unavailable =
        assertInstanceOf(ModelStatus.Unavailable.class, nextStatus());
    assertTrue(unavailable.reason().contains("'a'"), unavailable::reason);
  }

  @Test
  void asksAllWorkersToAnnounceThemselvesWhenItComes() throws Exception {
    await(vertx.undeploy(deployment));
    BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
    vertx
        .eventBus()
        .consumer(Addresses.WORKERS_ANNOUNCE, (Message<Object> message) -> asked.add(""));
    await(
        vertx.deployVerticle(
            new ControllerVerticle(
                ControllerConfig.DEFAULT.logging(LogConfig.DEFAULT.in(folder)), 2, lines::add)));
    assertNotNull(asked.poll(20, SECONDS));
  }

  @Test
  void startUpIsToldInThePublishedWording() throws Exception {
    modelOf(new ScriptedWorker(vertx, 0));
    await(vertx.undeploy(deployment));
    Shape.of(
            "Starting Clockwork Controller",
            "Logging requests to .*/logs/clockwork_request_log.tsv",
            "Logging actions to .*/logs/clockwork_action_log.tsv",
            "ConcurrentInferAndLoadScheduler using:",
            " +default_slo=100000000",
            " +latest_delta=10000000",
            " +schedule_ahead=10000000",
            " +max_allowable_exec_time=250000000",
            " +max_batch_size=16",
            " +generate_inputs=0",
            " +max_gpus=unlimited",
            " +policy=default",
            "\\(Startup\\) Running ControllerStartup",
            "\\(Startup-1\\) Bouncing LS and Infer requests until startup is complete",
            "\\(Startup-2\\) Querying current worker state",
            "Clockwork page_size=16777216",
            "Worker 0 1 GPUs 0 models",
            "GPU 0 1.6 GB \\(100 pages\\) 0 loaded models on scripted",
            "",
            "\\(Startup-4\\) LoadModelStage has begun",
            "Worker <--  A0:LoadModelFromDisk model=0 \\[0.0, [0-9.]+\\] ready \\(W0\\)",
            "Worker  --> R0:LoadModelFromDisk input=16 output=16 weights=48.0 MB \\(3 pages\\)"
                + " xfer=2.0 b1=1.0 b2=1.5 duration=[0-9.]+ \\(W0\\)",
            "\\(Startup-6\\) LoadModelStage complete.  Printing loaded models:",
            "Clockwork page_size=16777216",
            "Worker 0 1 GPUs 1 models",
            "GPU 0 1.6 GB \\(100 pages\\) 0 loaded models on scripted",
            "M-0 src=ready input=16 output=16 weights=48.0 MB \\(3 pages\\) xfer=2.0 b1=1.0 b2=1.5"
                + " on scripted",
            "",
            "\\(Startup-end\\) Transitioning to scheduler",
            "Created 1 models",
            "Created 1 GPUs on 1 Workers",
            "Total GPU capacity 100 pages \\(100 per GPU\\).",
            "Total model pages 3 \\(0% oversubscription\\).",
            " \\* Admitting inference requests",
            "GPU handler \\[ 0 \\] started")
        .assertExactly(lines);
  }

  @Test
  void startUpWaitsForClientsAndTellsWhatTheyAskFor() throws Exception {
    ScriptedWorker worker = new ScriptedWorker(vertx, 0);
    worker.offer(ScriptedWorker.MODEL);
    awaitLine("(Startup-3) Awaiting LoadModel requests from clients");
    for (String name : List.of("ready", "ready#2")) {
      vertx.eventBus().send(Addresses.CONTROLLER_WISHES, new Event.ModelWanted(name, "ready"));
    }
    ModelStatus.Ready model = statusesUntil(ModelStatus.Ready.class);
    awaitLine(" * Admitting inference requests");
    ask(model, 1);
    awaitLine(
        "Network Status:  Client ✔✔✔✔✔ Controller ✔✔✔✔✔ Workers (inputs generated by worker)");
    Shape.of(
            "\\(Startup-3\\) Awaiting LoadModel requests from clients",
            "Client  --> Req0:LoadModel path=ready",
            "\\(Startup-4\\) LoadModelStage has begun",
            "Worker <--  A0:LoadModelFromDisk model=0 .*",
            "Worker  --> R0:LoadModelFromDisk input=16 output=16 .*",
            "Client <--  Rsp0:LoadModel model_id=\\[0->0\\] input=16 output=16",
            "\\(Startup-6\\) LoadModelStage complete.  Printing loaded models:",
            "M-0 src=ready .*",
            "M-1 src=ready .*",
            "Created 2 models",
            "Network Status: .*")
        .assertInOrder(lines);
    Shape.of("Client  --> Req1:LoadModel path=ready as ready#2", "Client <--  Rsp1:LoadModel .*")
        .assertInOrder(lines);
  }

  @Test
  void hundredsOfModelsAreNotToldOneByOne() throws Exception {
    String[] names = new String[400];
    for (int i = 0; i < names.length; i++) {
      names[i] = "model" + i;
    }
    new ScriptedWorker(vertx, 0).announce(names);
    awaitLine(" * Admitting inference requests");
    assertTrue(lines.contains("Created 400 models"), lines::toString);
    assertTrue(lines.contains("and 380 models more"), lines::toString);
    assertTrue(lines.size() < 100, () -> lines.size() + " lines");
  }

  private ModelStatus.Ready modelOf(ScriptedWorker worker) throws InterruptedException {
    worker.announce(ScriptedWorker.MODEL);
    return statusesUntil(ModelStatus.Ready.class);
  }

  private <S extends ModelStatus> S statusesUntil(Class<S> kind) throws InterruptedException {
    ModelStatus status = nextStatus();
    while (!kind.isInstance(status)) {
      status = nextStatus();
    }
    return kind.cast(status);
  }

  private ModelStatus nextStatus() throws InterruptedException {
    return next(statuses);
  }

  private static ModelStatus next(BlockingQueue<ModelStatus> statuses) throws InterruptedException {
    ModelStatus status = statuses.poll(20, SECONDS);
    assertNotNull(status, "nobody was told of a model");
    return status;
  }

  private void ask(ModelStatus.Ready model, long number) {
    vertx
        .eventBus()
        .send(
            Addresses.CONTROLLER_REQUESTS,
            new Request(
                new RequestId(GATEWAY, number),
                model.id(),
                1,
                System.nanoTime(),
                SLO_NANOS,
                0,
                Request.DEFAULT_TENANT,
                0,
                new Input.Generated()));
  }

  private void awaitLine(String line) {
    long untilNanos = System.nanoTime() + SECONDS.toNanos(20);
    while (!lines.contains(line)) {
      assertTrue(System.nanoTime() < untilNanos, () -> "no line '" + line + "' in " + lines);
      Thread.onSpinWait();
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
  }

  private void gatewayComes() {
    vertx
        .eventBus()
        .send(Addresses.CONTROLLER_GATEWAYS, new GatewayAnnouncement(GATEWAY, GATEWAY_NODE));
  }
}
