package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.launcher.cluster.Node;

/** A client that offers one load, and the gateway by which its requests enter. */
final class ClientRole implements Role {
  private final GatewayConfig config;
  private final LoadPlan plan;
  private final Payloads payloads;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  private final Promise<Report> report = Promise.promise();

  ClientRole(
      GatewayConfig config, LoadPlan plan, Payloads payloads, Node node, Consumer<String> lines) {
    this.config = config;
    this.plan = plan;
    this.payloads = payloads;
    this.node = node;
    this.lines = lines;
    this.loops = new RoleLoops(node.vertx());
  }

  @Override
  public Future<Void> start() {
    return GatewayRole.deploy(config, node, loops, RoleLoops.OTHER)
        .compose(
            gateway -> {
              ClientVerticle client =
                  new ClientVerticle(plan, new GatewayInferences(gateway), payloads, lines);
              client.report().onComplete(report);
              return loops.deploy(RoleLoops.OWN, client);
            });
  }

  /** What the load came to; completes once everything was answered, also after a stop. */
  Future<Report> report() {
    return report.future();
  }

  @Override
  public Future<Void> ended() {
    return report.future().mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    return loops.undeployAll();
  }
}
