package org.clockwork.launcher;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.clockwork.launcher.cluster.Node;

/** A role that is deployed as a verticle, as {@code clockwork run} does it. */
final class DeployedRole implements Role {
  private final Node node;
  private final RoleVerticle verticle;
  private final JsonObject config;
  private Future<String> deployment = Future.failedFuture("not deployed yet");

  DeployedRole(Node node, RoleVerticle verticle, JsonObject config) {
    this.node = node;
    this.verticle = verticle;
    this.config = config;
  }

  @Override
  public Future<Void> start() {
    deployment = node.vertx().deployVerticle(verticle, new DeploymentOptions().setConfig(config));
    return deployment.mapEmpty();
  }

  @Override
  public Future<Void> ended() {
    return verticle.ended();
  }

  @Override
  public Future<Void> stop() {
    return deployment.succeeded()
        ? node.vertx().undeploy(deployment.result())
        : Future.future(stopped -> verticle.stop().<Void>mapEmpty().onComplete(stopped));
  }
}
