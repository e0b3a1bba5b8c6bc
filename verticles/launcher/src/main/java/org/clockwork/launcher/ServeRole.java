package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.function.Consumer;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;

/**
 * Controller, gateway and worker in one process of a cluster, which others join as they come. Where
 * a controller leads already, this one stands by, and its gateway and worker work for that.
 */
final class ServeRole implements Role {
  private static final int ROLES = 3;

  private final Consumer<String> lines;
  private final ControllerRole controller;
  private final WorkerRole worker;
  private final GatewayRole gateway;
  private final SettledModels settled;
  private final Promise<Void> ended = Promise.promise();

  ServeRole(
      Configuration configuration,
      List<ModelSource> sources,
      Operations operations,
      Node node,
      Consumer<String> lines) {
    this.lines = lines;
    List<RoleLoops> loops = RoleLoops.ofRoles(node.vertx(), ROLES, DoorLoops.count());
    controller =
        new ControllerRole(configuration.controller(), operations, node, loops.get(0), lines);
    worker = new WorkerRole(configuration.worker(), sources, node, loops.get(1), lines);
    gateway = new GatewayRole(configuration, operations, node, loops.get(2), lines);
    settled = new SettledModels(node.vertx());
  }

  /** How many event loops it needs. */
  static VertxOptions options() {
    return RoleLoops.optionsWith(ROLES - 1 + DoorLoops.count());
  }

  /** Completes when each model that is served unasked is ready or can't be. */
  @Override
  public Future<Void> start() {
    // Not awaited: it may stand by for days.
    controller.start().onFailure(ended::tryFail);
    controller.ended().onFailure(ended::tryFail);
    return settled
        .listen()
        .compose(_ -> gateway.start())
        .compose(_ -> worker.start())
        .compose(_ -> settled.of(worker.hosted()))
        .onSuccess(this::tell)
        .mapEmpty();
  }

  private void tell(List<ModelStatus> models) {
    List<String> ready =
        models.stream().filter(ModelStatus.Ready.class::isInstance).map(ModelStatus::name).toList();
    lines.accept("Serving " + ready.size() + " models: " + String.join(", ", ready));
    lines.accept(
        "Event bus, in JSON: %s, %s, %s, %s (docs/wire.md)"
            .formatted(Addresses.INFER, Addresses.MODELS, Addresses.EXPLAIN, Addresses.USAGE));
    lines.accept("Ctrl-C ends it: what was taken is still answered");
  }

  @Override
  public void configure(Configuration configuration) {
    controller.configure(configuration);
    gateway.configure(configuration);
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }

  /** The gateway and its doors drain while the others still serve. */
  @Override
  public Future<Void> stop() {
    lines.accept("Stopping");
    return gateway
        .stop()
        .transform(_ -> worker.stop())
        .transform(_ -> controller.stop())
        .onComplete(_ -> lines.accept("Stopped"));
  }
}
