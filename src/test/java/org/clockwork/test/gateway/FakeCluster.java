package org.clockwork.test.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Codecs;
import org.clockwork.codecs.Postbag;
import org.clockwork.codecs.audit.Audit;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.bridge.BridgeConfig;

/**
 * A gateway on a real event bus, with a controller and a worker that do what a model's name says:
 * the model {@code fp32} echoes its input, {@code refused} is refused, {@code silent} gets no
 * answer; {@code words}, once it is wished for, echoes what may have any length up to 8, and is run
 * in lengths of 4 and 8; {@code switched/1}, too, gives way to {@code switched/2} when it is asked.
 */
final class FakeCluster {
  static final GatewayId GATEWAY = new GatewayId("g");
  private static final WorkerId WORKER = new WorkerId("w");

  private static final GpuId GPU = new GpuId(WORKER, 0);

  final Vertx vertx = Vertx.vertx();
  final GatewayVerticle gateway;
  final BlockingQueue<RequestId> cancellations = new LinkedBlockingQueue<>();
  final BlockingQueue<Inputs> pushed = new LinkedBlockingQueue<>();
  final BlockingQueue<Request> asked = new LinkedBlockingQueue<>();
  private final EventBus bus = vertx.eventBus();
  private final Map<ModelId, String> names = new ConcurrentHashMap<>();

  FakeCluster() throws Exception {
    this(GatewayConfig.DEFAULT.maxOutstanding());
  }

  /**
   * @param maxOutstanding requests that the gateway has at once
   */
  FakeCluster(int maxOutstanding) throws Exception {
    this(maxOutstanding, Audit.NONE);
  }

  /**
   * @param audit hears of each change that is asked for
   */
  FakeCluster(int maxOutstanding, Audit audit) throws Exception {
    gateway =
        new GatewayVerticle(GATEWAY, new NodeId("process"), patient(maxOutstanding)).audited(audit);
    Codecs.register(bus);
    bus.<GatewayAnnouncement>consumer(Addresses.CONTROLLER_GATEWAYS, _ -> lead());
    Postbag.receive(bus, Addresses.CONTROLLER_REQUESTS, this::hear);
    bus.<Event>consumer(Addresses.CONTROLLER_WISHES, message -> wish(message.body()));
    bus.consumer(Addresses.workerInputs(WORKER), message -> run(message.body()));
    await(vertx.deployVerticle(gateway));
    while (await(gateway.models()).size() < DataType.values().length + 2) {
      Thread.onSpinWait();
    }
  }

  /** Whoever names no objective has time: a slow machine must not look like a slow model. */
  private static GatewayConfig patient(int maxOutstanding) {
    return new GatewayConfig(
        TimeUnit.SECONDS.toNanos(25),
        GatewayConfig.DEFAULT.maxSloNanos(),
        GatewayConfig.DEFAULT.inlineBytes(),
        maxOutstanding,
        GatewayConfig.DEFAULT.maxHeldBytes());
  }

  /** Opens doors on any free ports. */
  Doors.Open open(DoorsConfig config) throws Exception {
    return open(config, BridgeConfig.DEFAULT, _ -> {});
  }

  Doors.Open open(DoorsConfig config, BridgeConfig bridge) throws Exception {
    return open(config, bridge, _ -> {});
  }

  /**
   * @param lines gets what the doors have to say to an operator
   */
  Doors.Open open(DoorsConfig config, Consumer<String> lines) throws Exception {
    return open(config, BridgeConfig.DEFAULT, lines);
  }

  private Doors.Open open(DoorsConfig config, BridgeConfig bridge, Consumer<String> lines)
      throws Exception {
    return await(
        new Doors(
                gateway, config.onPorts(0, 0, 0), bridge.onPort(0), new SplittableRandom(1), lines)
            .open(1, (_, door) -> vertx.deployVerticle(door)));
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  JsonObject infer(Object question) throws Exception {
    return await(bus.<JsonObject>request(Addresses.INFER, question)).body();
  }

  JsonObject models(Object question) throws Exception {
    return await(bus.<JsonObject>request(Addresses.MODELS, question)).body();
  }

  private void lead() {
    // What a gateway heard of models before it hears of its controller is another one's word.
    bus.<Long>request(Addresses.gatewayClock(GATEWAY), 1L).onSuccess(_ -> publishModels());
  }

  private void publishModels() {
    for (DataType type : DataType.values()) {
      publish(type.name().toLowerCase(Locale.ROOT), type);
    }
    publish("refused", DataType.FP32);
    publish("silent", DataType.FP32);
  }

  /** A model of 2 × 2 elements in and out. */
  private void publish(String name, DataType type) {
    ModelId id = new ModelId(names.size());
    names.put(id, name);
    ModelSpec spec = name.equals("words") ? words() : spec(name, type);
    bus.send(
        Addresses.gatewayModels(GATEWAY), new ModelStatus.Ready(id, spec, 1_000_000, 2_000, 1));
  }

  private static ModelSpec words() {
    Optional<TensorSpec.Free> free = Optional.of(new TensorSpec.Free(0, 9));
    return new ModelSpec(
        "words",
        "words",
        List.of(new TensorSpec("x", DataType.INT32, List.of(8), free)),
        List.of(new TensorSpec("y", DataType.INT32, List.of(8), free)),
        1,
        0,
        List.of(4, 8));
  }

  private static ModelSpec spec(String name, DataType type) {
    return new ModelSpec(
        name,
        name.split("#", 2)[0],
        List.of(new TensorSpec("x", type, List.of(2, 2))),
        List.of(new TensorSpec("y", type, List.of(2, 2))),
        1,
        0);
  }

  /** The id that it has in requests. */
  ModelId model(String name) {
    return names.entrySet().stream()
        .filter(each -> each.getValue().equals(name))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private void hear(Object message) {
    if (message instanceof Request request) {
      decide(request);
    } else {
      cancellations.add((RequestId) message);
    }
  }

  private void decide(Request request) {
    asked.add(request);
    String verdicts = Addresses.gatewayVerdicts(request.id().gateway());
    switch (names.get(request.model())) {
      case "refused" ->
          bus.send(
              verdicts,
              new Verdict.Refused(request.id(), RefusalCause.COLD_START, "not loaded", 7_000));
      case "silent" -> {}
      case "switched/1" -> {
        publish("switched/2", DataType.FP32);
        bus.send(Addresses.gatewayModels(GATEWAY), new ModelStatus.Gone("switched/1"));
        bus.send(
            verdicts, new Verdict.Failed(request.id(), ErrorCode.UNKNOWN_MODEL, "it has gone"));
      }
      default -> {
        bus.send(
            verdicts,
            new Verdict.Dispatched(
                request.id(), new ActionId(1, 1), GPU, true, 2_000, 1_000, 3_000));
        if (request.input() instanceof Input.Inline(Tensors tensors)) {
          echo(request.id(), tensors);
        }
      }
    }
  }

  /** What is withdrawn was run before. */
  private void run(Object message) {
    if (message instanceof Inputs inputs) {
      pushed.add(inputs);
      echo(inputs.request(), inputs.tensors());
    }
  }

  private void echo(RequestId request, Tensors tensors) {
    bus.send(
        Addresses.gatewayOutputs(request.gateway()),
        new Outputs(request, tensors, GPU, 4, 5_000, 6_000, 7_000));
  }

  private void wish(Event event) {
    if (event instanceof Event.ModelWanted(String name, String source)) {
      bus.send(
          Addresses.gatewayModels(GATEWAY), new ModelStatus.Registering(new ModelId(99), name));
      if (source.equals("broken")) {
        bus.send(
            Addresses.gatewayModels(GATEWAY),
            new ModelStatus.Unavailable(name, "its file is cut off"));
      } else {
        publish(name, DataType.FP32);
      }
    } else if (event instanceof Event.ModelUnwanted(String name)) {
      bus.send(Addresses.gatewayModels(GATEWAY), new ModelStatus.Gone(name));
    }
  }

  void stop() throws Exception {
    await(vertx.close());
  }
}
