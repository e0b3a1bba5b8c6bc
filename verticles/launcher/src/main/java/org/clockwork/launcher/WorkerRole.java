package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.ModelSource;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.worker.WorkerNodeConfig;

/** A worker with its devices. */
final class WorkerRole implements Role {
  private final WorkerNodeConfig config;
  private final List<ModelSource> sources;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  private final Promise<Void> ended = Promise.promise();
  private List<ModelSource> hosted = List.of();

  WorkerRole(
      WorkerNodeConfig config, List<ModelSource> sources, Node node, Consumer<String> lines) {
    this(config, sources, node, new RoleLoops(node.vertx()), lines);
  }

  /** Beside other roles. */
  WorkerRole(
      WorkerNodeConfig config,
      List<ModelSource> sources,
      Node node,
      RoleLoops loops,
      Consumer<String> lines) {
    this.config = config;
    this.sources = sources;
    this.node = node;
    this.lines = lines;
    this.loops = loops;
  }

  @Override
  public Future<Void> start() {
    node.tellReach();
    Names names = new Names(node);
    Future<String> name =
        config
            .id()
            .map(id -> names.claim("worker", id.value()).map(id.value()))
            .orElseGet(() -> names.claimFirst("worker", "W"));
    return name.compose(this::starts);
  }

  private Future<Void> starts(String name) {
    lines.accept("Worker id %s".formatted(name));
    WorkerParts parts = WorkerParts.of(config, sources, lines);
    hosted = parts.hosted();
    return loops
        .deploy(
            RoleLoops.OWN,
            parts
                .verticle(new WorkerId(name), node.id(), Optional.of(node.host()))
                .telling(config.summarySeconds(), lines))
        .onFailure(_ -> parts.close())
        .onSuccess(_ -> lines.accept("IO service thread listening on " + node.address()));
  }

  /** The models that one of its devices can run, once it has started. */
  List<ModelSource> hosted() {
    return hosted;
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
