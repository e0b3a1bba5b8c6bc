package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.shareddata.Lock;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.controller.ControllerVerticle;
import org.clockwork.controller.telemetry.BusTraffic;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.launcher.cluster.Leadership;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;

/** The controller, or one that stands by until the one before it has gone. */
final class ControllerRole implements Role {
  /** A cluster without a controller gives the lead at once; longer, and another one has it. */
  private static final long STANDING_BY_MILLIS = 1_500;

  private final Operations operations;
  private final Node node;
  private final Consumer<String> lines;
  private final Leadership leadership;
  private final RoleLoops loops;
  private final Promise<Void> ended = Promise.promise();
  // Changed on one thread, used on others.
  private volatile ControllerConfig config;
  private volatile Optional<ControllerVerticle> leading = Optional.empty();
  private Future<Lock> lead = Future.failedFuture("never asked for");

  ControllerRole(
      ControllerConfig config, Operations operations, Node node, Consumer<String> lines) {
    this(config, operations, node, new RoleLoops(node.vertx()), lines);
  }

  /** Beside other roles. */
  ControllerRole(
      ControllerConfig config,
      Operations operations,
      Node node,
      RoleLoops loops,
      Consumer<String> lines) {
    this.config = config;
    this.operations = operations;
    this.node = node;
    this.lines = lines;
    this.leadership = new Leadership(node);
    this.loops = loops;
  }

  @Override
  public Future<Void> start() {
    node.tellReach();
    long timer =
        node.vertx()
            .setTimer(
                STANDING_BY_MILLIS,
                _ ->
                    lines.accept(
                        "Another controller leads this cluster; this one stands by until that has"
                            + " gone"));
    lead = leadership.awaited();
    return lead.onComplete(_ -> node.vertx().cancelTimer(timer))
        .compose(_ -> leadership.term())
        .compose(term -> new Names(node).number("reigns").map(number -> Reign.of(term, number)))
        .compose(this::leads);
  }

  private Future<Void> leads(Reign reign) {
    ControllerVerticle controller = new ControllerVerticle(config, reign, lines, System::nanoTime);
    controller.watch(new BusTraffic(node.traffic()));
    operations.watch(controller);
    controller.broken().onFailure(ended::tryFail);
    return loops
        .deploy(RoleLoops.OWN, controller)
        .onSuccess(_ -> leading = Optional.of(controller))
        .compose(_ -> stressed(controller))
        .onSuccess(_ -> node.onMemberLeft(controller::nodeLeft))
        .onSuccess(
            _ -> lines.accept("IO service thread listening for clients on " + node.address()));
  }

  /**
   * A controller that tests workers by itself has a gateway and a load beside it. They come after
   * it, and so they go before it: what was asked is still answered.
   */
  private Future<Void> stressed(ControllerVerticle controller) {
    if (!config.policy().equalsIgnoreCase(Policies.STRESS)) {
      return Future.succeededFuture();
    }
    return GatewayRole.deploy(GatewayConfig.DEFAULT, node, loops, RoleLoops.OTHER)
        .map(StressLoad::new)
        .compose(load -> loops.deploy(RoleLoops.OTHER, load).map(load))
        .onSuccess(load -> controller.onWorker(load::offered))
        .mapEmpty();
  }

  /** Tenants' weights are what a scheduler can change; whoever stands by begins with them. */
  @Override
  public void configure(Configuration configuration) {
    SchedulerConfig scheduler = configuration.controller().scheduler();
    config =
        config.with(
            config.scheduler().withTenants(scheduler.tenantWeights(), scheduler.maxTenants()));
    leading.ifPresent(
        controller -> controller.weigh(scheduler.tenantWeights(), scheduler.maxTenants()));
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }

  @Override
  public Future<Void> stop() {
    return loops
        .undeployAll()
        .onComplete(
            _ -> {
              if (lead.succeeded()) {
                lead.result().release();
              }
            });
  }
}
