package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;

/**
 * A gateway, with doors for clients on the event bus and for those of the Open Inference Protocol.
 */
final class GatewayRole implements Role {
  private final DoorsConfig doors;
  private final Operations operations;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  private final Promise<Void> ended = Promise.promise();
  // Changed on one thread, used on others.
  private volatile GatewayConfig config;
  private volatile Optional<GatewayVerticle> gateway = Optional.empty();

  GatewayRole(
      GatewayConfig config,
      DoorsConfig doors,
      Operations operations,
      Node node,
      Consumer<String> lines) {
    this(config, doors, operations, node, new RoleLoops(node.vertx(), DoorLoops.count()), lines);
  }

  /** Beside other roles; the doors' event loops are those that these have more. */
  GatewayRole(
      GatewayConfig config,
      DoorsConfig doors,
      Operations operations,
      Node node,
      RoleLoops loops,
      Consumer<String> lines) {
    this.config = config;
    this.doors = doors;
    this.operations = operations;
    this.node = node;
    this.lines = lines;
    this.loops = loops;
  }

  @Override
  public Future<Void> start() {
    lines.accept(node.reach());
    return deploy(config, node, loops, RoleLoops.OWN, operations::watch)
        .onSuccess(
            gateway ->
                lines.accept("Gateway %s takes requests on the event bus".formatted(gateway.id())))
        .onSuccess(deployed -> gateway = Optional.of(deployed))
        .compose(this::open)
        .onSuccess(open -> lines.accept(DoorLoops.line(doors, open)))
        .mapEmpty();
  }

  private Future<Doors.Open> open(GatewayVerticle gateway) {
    return new Doors(gateway, doors, RandomGenerator.getDefault())
        .open(DoorLoops.count(), (loop, door) -> loops.deploy(RoleLoops.MORE + loop, door));
  }

  /**
   * Every gateway of a cluster's life has a number of its own: an answer that comes late must never
   * meet a request of another gateway.
   */
  static Future<GatewayVerticle> deploy(
      GatewayConfig config, Node node, RoleLoops loops, int loop) {
    return deploy(config, node, loops, loop, _ -> {});
  }

  private static Future<GatewayVerticle> deploy(
      GatewayConfig config, Node node, RoleLoops loops, int loop, Consumer<GatewayVerticle> begun) {
    return new Names(node)
        .number("gateways")
        .map(number -> new GatewayVerticle(new GatewayId("G" + number), node.id(), config))
        .onSuccess(begun::accept)
        .compose(gateway -> loops.deploy(loop, gateway).map(gateway));
  }

  @Override
  public void configure(Configuration configuration) {
    config = configuration.gateway();
    gateway.ifPresent(deployed -> deployed.configure(configuration.gateway()));
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
