package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;

/** A gateway, with doors for clients of the Open Inference Protocol and of the event bus. */
final class GatewayRole implements Role {
  private final Configuration configuration;
  private final Operations operations;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  private final Promise<Void> ended = Promise.promise();
  // Changed on one thread, used on others.
  private volatile GatewayConfig config;
  private volatile Optional<GatewayVerticle> gateway = Optional.empty();

  GatewayRole(
      Configuration configuration, Operations operations, Node node, Consumer<String> lines) {
    this(configuration, operations, node, new RoleLoops(node.vertx(), DoorLoops.count()), lines);
  }

  /** Beside other roles; the doors' event loops are those that these have more. */
  GatewayRole(
      Configuration configuration,
      Operations operations,
      Node node,
      RoleLoops loops,
      Consumer<String> lines) {
    this.config = configuration.gateway();
    this.configuration = configuration;
    this.operations = operations;
    this.node = node;
    this.lines = lines;
    this.loops = loops;
  }

  @Override
  public Future<Void> start() {
    node.tellReach();
    return deploy(config, node, loops, RoleLoops.OWN, operations::watch)
        .onSuccess(
            gateway ->
                lines.accept("Gateway %s takes requests on the event bus".formatted(gateway.id())))
        .onSuccess(deployed -> gateway = Optional.of(deployed))
        .compose(this::open)
        .onSuccess(open -> DoorLoops.lines(configuration, open).forEach(lines))
        .mapEmpty();
  }

  private Future<Doors.Open> open(GatewayVerticle gateway) {
    return new Doors(
            gateway,
            configuration.doors(),
            configuration.bridge(),
            RandomGenerator.getDefault(),
            lines)
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
