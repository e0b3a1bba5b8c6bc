package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.clockwork.client.ClientConfig;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Report;
import org.clockwork.client.Watch;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.workload.Workload;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;

/**
 * A client that offers one load, and the gateway by which its requests enter. Says what it does in
 * the published lines, and at the end what came of it.
 */
final class ClientRole implements Role {
  private final GatewayConfig config;
  private final ClientConfig client;
  private final LoadPlan plan;
  private final Watch watch;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  private final Promise<Report> report = Promise.promise();
  private volatile Optional<ClientVerticle> begun = Optional.empty();

  ClientRole(
      GatewayConfig config,
      ClientConfig client,
      LoadPlan plan,
      Watch watch,
      Node node,
      Consumer<String> lines) {
    this.config = config;
    this.client = client;
    this.plan = plan;
    this.watch = watch;
    this.node = node;
    this.lines = lines;
    this.loops = new RoleLoops(node.vertx());
  }

  /**
   * What it is to offer; may read a trace.
   *
   * @throws UnusableException saying what of the load or of the trace is wrong
   */
  static LoadPlan planned(ClientConfig client) {
    try {
      return client.plan();
    } catch (IllegalArgumentException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  /** What is said before there is any connection. */
  static void announce(String workload, ClientConfig client, String where, Consumer<String> lines) {
    lines.accept("Running workload `%s` on %s".formatted(workload, where));
    lines.accept(
        client.disableInputs()
            ? "Client is sending no inputs with requests, workers make them up.  Set"
                + " CLOCKWORK_DISABLE_INPUTS=0 to send inputs."
            : "Client is sending inputs with requests.  Set CLOCKWORK_DISABLE_INPUTS=1 to disable"
                + " inputs.");
    lines.accept("Connecting to clockwork @ " + where);
  }

  @Override
  public Future<Void> start() {
    lines.accept("Connection established");
    Set<String> sources =
        plan.workload().models().stream().map(Workload.Copies::source).collect(Collectors.toSet());
    return GatewayRole.deploy(config, node, loops, RoleLoops.OTHER)
        .compose(
            gateway ->
                new AwaitedModels(node.vertx(), sources, client.patienceSeconds(), lines)
                    .found()
                    .onSuccess(served -> lines.accept(found(served)))
                    .compose(_ -> loops.deploy(RoleLoops.OWN, offering(gateway))));
  }

  private ClientVerticle offering(GatewayVerticle gateway) {
    ClientVerticle offering =
        new ClientVerticle(plan, new GatewayInferences(gateway), client.payloads(), watch, lines);
    begun = Optional.of(offering);
    offering.report().onSuccess(total -> lines.accept(total.text())).onComplete(report);
    return offering;
  }

  /** The profiles for tests are no models that anybody would look for. */
  static String found(AwaitedModels.Served served) {
    List<String> forTests = Zoo.forTests().stream().map(ModelSource::name).toList();
    long found = served.models().stream().filter(name -> !forTests.contains(name)).count();
    return "Found %d models in the repositories of %s"
        .formatted(found, served.workers() == 1 ? "1 worker" : served.workers() + " workers");
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
    begun.ifPresent(ClientVerticle::giveUp);
    return loops.undeployAll();
  }
}
