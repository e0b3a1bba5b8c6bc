package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;

/** A gateway for clients that speak to the event bus. */
final class GatewayRole implements Role {
  private final GatewayConfig config;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  private final Promise<Void> ended = Promise.promise();

  GatewayRole(GatewayConfig config, Node node, Consumer<String> lines) {
    this.config = config;
    this.node = node;
    this.lines = lines;
    this.loops = new RoleLoops(node.vertx());
  }

  @Override
  public Future<Void> start() {
    lines.accept(node.reach());
    return deploy(config, node, loops, RoleLoops.OWN)
        .map(
            gateway -> {
              lines.accept("Gateway %s takes requests on the event bus".formatted(gateway.id()));
              return null;
            });
  }

  /**
   * Every gateway of a cluster's life has a number of its own: an answer that comes late must never
   * meet a request of another gateway.
   */
  static Future<GatewayVerticle> deploy(
      GatewayConfig config, Node node, RoleLoops loops, int loop) {
    return new Names(node)
        .number("gateways")
        .map(number -> new GatewayVerticle(new GatewayId("G" + number), node.id(), config))
        .compose(gateway -> loops.deploy(loop, gateway).map(gateway));
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }

  @Override
  public Future<Void> stop() {
    return loops.undeployAll();
  }
}
