package org.clockwork.launcher;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.Inferences;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.codecs.Codecs;
import org.clockwork.controller.ControllerVerticle;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.worker.WorkerVerticle;

/**
 * Controller, worker and gateway in this process, on one event bus. Messages pass by reference;
 * nothing listens on a network but the doors, where they are wanted.
 */
public final class OneProcess {
  /** Nothing else belongs to this cluster, and no controller was before it. */
  private static final NodeId NODE = new NodeId("this-process");

  private static final long TERM = 1;

  /** One for the scheduler alone, and one each for worker, gateway and client. */
  private static final int LOOPS = 4;

  private static final int CONTROLLER_LOOP = 0;
  private static final int WORKER_LOOP = 1;
  private static final int GATEWAY_LOOP = 2;
  private static final int CLIENT_LOOP = 3;

  /** And for doors, where there are any. */
  private static final int FIRST_DOOR_LOOP = LOOPS;

  private final Configuration configuration;
  private final OperatorLines lines;
  private final Vertx vertx;
  private final EventLoops loops;

  /** In the order in which they are to be stopped. */
  private final List<String> deployed = new ArrayList<>();

  private final ControllerVerticle controller;
  private final GatewayVerticle gateway;
  private Doors.Open ports = Doors.Open.NONE;
  private List<ModelStatus> models = List.of();

  private OneProcess(Configuration configuration, int doorLoops, Consumer<String> writer) {
    this.configuration = configuration;
    this.lines = new OperatorLines(writer);
    this.vertx = Vertx.vertx(options(LOOPS + doorLoops));
    Codecs.register(vertx.eventBus());
    this.loops = new EventLoops(vertx, LOOPS + doorLoops);
    this.controller = new ControllerVerticle(configuration.controller(), TERM, lines);
    this.gateway = new GatewayVerticle(new GatewayId("G0"), NODE, configuration.gateway());
  }

  /**
   * Starts all roles. Completes when each model that is served unasked is ready or can't be.
   *
   * @param sources models that the worker offers; what no device can run is told and left out
   * @param writer gets what the roles have to say to an operator, line by line, and may block
   */
  public static Future<OneProcess> start(
      Configuration configuration, List<ModelSource> sources, Consumer<String> writer) {
    return new OneProcess(configuration, 0, writer).started(sources, false);
  }

  /** The same, with doors for clients outside of it; they are open before the models are ready. */
  public static Future<OneProcess> open(
      Configuration configuration, List<ModelSource> sources, Consumer<String> writer) {
    return new OneProcess(configuration, DoorLoops.count(), writer).started(sources, true);
  }

  private Future<OneProcess> started(List<ModelSource> sources, boolean withDoors) {
    // A promise of no event loop: what comes after a failure comes after all of them have ended.
    Promise<OneProcess> started = Promise.promise();
    deployAll(sources, withDoors)
        .compose(_ -> lines.written())
        .onSuccess(_ -> started.complete(this))
        .onFailure(cause -> stop().onComplete(_ -> started.fail(cause)));
    return started.future();
  }

  /** The door for callers in this process. */
  public GatewayVerticle gateway() {
    return gateway;
  }

  public ControllerVerticle controller() {
    return controller;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Where each model that is served unasked stood when it was settled. */
  public List<ModelStatus> models() {
    return models;
  }

  /** Where clients outside of this process come in. */
  public Doors.Open doors() {
    return ports;
  }

  /** The same door as clients know it. */
  public Inferences inferences() {
    return new GatewayInferences(gateway);
  }

  /** Has a client offer a load; the client ends with this process, at the latest. */
  public Future<ClientVerticle> play(
      LoadPlan plan, Inferences inferences, Payloads payloads, Consumer<String> clientLines) {
    ClientVerticle client = new ClientVerticle(plan, inferences, payloads, clientLines);
    return deploy(CLIENT_LOOP, client, 0).map(client);
  }

  /**
   * Stops all roles, the last one first: clients and gateway drain while the others still serve.
   */
  public Future<Void> stop() {
    Future<Void> stopped = Future.succeededFuture();
    while (!deployed.isEmpty()) {
      String next = deployed.removeFirst();
      stopped = stopped.transform(_ -> vertx.undeploy(next)).otherwiseEmpty().mapEmpty();
    }
    return stopped
        .transform(_ -> lines.written())
        .onComplete(_ -> lines.close())
        .transform(_ -> vertx.close());
  }

  private static VertxOptions options(int loops) {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setEventLoopPoolSize(loops)
        // Vert.x would make a folder of its own for files from the class path; there are none.
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }

  private Future<?> deployAll(List<ModelSource> sources, boolean withDoors) {
    WorkerParts parts = WorkerParts.of(configuration.worker(), sources, lines);
    SettledModels settled = new SettledModels(vertx);
    WorkerVerticle worker =
        parts.verticle(
            configuration.worker().id().orElse(new WorkerId("W0")), NODE, Optional.empty());
    return settled
        .listen()
        .compose(_ -> deploy(CONTROLLER_LOOP, controller, 0))
        .compose(_ -> deploy(GATEWAY_LOOP, gateway, 0))
        .compose(_ -> withDoors ? openDoors() : Future.succeededFuture())
        // The gateway hears of every model, since it came first; and it and its doors go first all
        // the same, so that they drain while the others still serve.
        .compose(_ -> deploy(WORKER_LOOP, worker, deployed.size() - 1))
        .compose(_ -> settled.of(parts.hosted()))
        .onSuccess(all -> models = all)
        .compose(_ -> gateway.models());
  }

  /** Doors are stopped before what is behind them. */
  private Future<Void> openDoors() {
    return new Doors(
            gateway,
            configuration.doors(),
            configuration.bridge(),
            RandomGenerator.getDefault(),
            lines)
        .open(DoorLoops.count(), (loop, door) -> deploy(FIRST_DOOR_LOOP + loop, door, 0))
        .onSuccess(open -> ports = open)
        .onSuccess(open -> DoorLoops.lines(configuration, open).forEach(lines))
        .mapEmpty();
  }

  /** Before it, so many of those that are there will be stopped. */
  private Future<String> deploy(int loop, Deployable verticle, int stoppedBefore) {
    loops.aimAt(loop);
    return vertx
        .deployVerticle(verticle, new DeploymentOptions())
        .onSuccess(id -> deployed.add(stoppedBefore, id));
  }
}
