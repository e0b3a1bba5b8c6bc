package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;

/**
 * A gateway, with doors for clients on the event bus and for those of the Open Inference Protocol.
 */
final class GatewayRole implements Role {
  private final GatewayConfig config;
  private final DoorsConfig doors;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  private final Promise<Void> ended = Promise.promise();

  GatewayRole(GatewayConfig config, DoorsConfig doors, Node node, Consumer<String> lines) {
    this(config, doors, node, new RoleLoops(node.vertx(), DoorLoops.count()), lines);
  }

  /** Beside other roles; the doors' event loops are those that these have more. */
  GatewayRole(
      GatewayConfig config, DoorsConfig doors, Node node, RoleLoops loops, Consumer<String> lines) {
    this.config = config;
    this.doors = doors;
    this.node = node;
    this.lines = lines;
    this.loops = loops;
  }

  @Override
  public Future<Void> start() {
    lines.accept(node.reach());
    return deploy(config, node, loops, RoleLoops.OWN)
        .onSuccess(
            gateway ->
                lines.accept("Gateway %s takes requests on the event bus".formatted(gateway.id())))
        .compose(this::open)
        .onSuccess(open -> lines.accept(DoorLoops.line(doors, open)))
        .mapEmpty();
  }

  private Future<Doors.Open> open(GatewayVerticle gateway) {
    return new Doors(gateway, doors, RandomGenerator.getDefault(), lines)
        .open(DoorLoops.count(), (loop, door) -> loops.deploy(RoleLoops.MORE + loop, door));
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
