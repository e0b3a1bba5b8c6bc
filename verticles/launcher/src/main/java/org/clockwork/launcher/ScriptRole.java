package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.scripts.ScriptException;
import org.clockwork.scripts.ScriptInferences;
import org.clockwork.scripts.ScriptPlan;
import org.clockwork.scripts.ScriptReport;
import org.clockwork.scripts.ScriptVerticle;

/**
 * Scripts that offer load, each in a verticle of its own, and the gateway by which their requests
 * enter. One that fails ends; the others go on, and the role has failed in the end.
 */
final class ScriptRole implements Role {
  private final GatewayConfig config;
  private final List<ScriptPlan> plans;
  private final int patienceSeconds;
  private final Node node;
  private final Consumer<String> lines;
  private final RoleLoops loops;
  // Scripts end on threads of their own.
  private final List<ScriptVerticle> verticles = new CopyOnWriteArrayList<>();
  private final List<ScriptReport> reports = new CopyOnWriteArrayList<>();
  private final Promise<Void> ended = Promise.promise();

  /**
   * @param patienceSeconds how long it waits for a controller and workers
   */
  ScriptRole(
      GatewayConfig config,
      List<ScriptPlan> plans,
      int patienceSeconds,
      Node node,
      Consumer<String> lines) {
    this.config = config;
    this.plans = List.copyOf(plans);
    this.patienceSeconds = patienceSeconds;
    this.node = node;
    this.lines = lines;
    this.loops = new RoleLoops(node.vertx());
  }

  @Override
  public Future<Void> start() {
    lines.accept("Connection established");
    return GatewayRole.deploy(config, node, loops, RoleLoops.OTHER)
        .compose(
            gateway ->
                awaited(Set.of())
                    .onSuccess(served -> lines.accept(ClientRole.found(served)))
                    .map(gateway))
        .compose(this::run);
  }

  private Future<AwaitedModels.Served> awaited(Set<String> models) {
    return new AwaitedModels(node.vertx(), models, patienceSeconds, lines).found();
  }

  /** Fails where none of them could be begun. */
  private Future<Void> run(GatewayVerticle gateway) {
    List<Future<Void>> begun = new ArrayList<>();
    List<Future<ScriptReport>> over = new ArrayList<>();
    for (ScriptPlan plan : plans) {
      ScriptVerticle verticle = new ScriptVerticle(plan, new Door(gateway), seconds(plan), lines);
      Future<ScriptReport> report = verticle.report().recover(ScriptRole::unusable);
      report.onSuccess(this::told);
      if (plans.size() > 1) {
        report.onFailure(cause -> lines.accept(cause.getMessage()));
      }
      verticles.add(verticle);
      over.add(report);
      begun.add(loops.deploy(RoleLoops.OWN, verticle).recover(ScriptRole::unusable));
    }
    Future.join(over).<Void>mapEmpty().onComplete(ended);
    return Future.any(begun).mapEmpty();
  }

  /** Of several scripts each line says whose it is. */
  private Consumer<String> seconds(ScriptPlan plan) {
    return plans.size() == 1 ? lines : line -> lines.accept(plan.script().name() + ": " + line);
  }

  private void told(ScriptReport report) {
    reports.add(report);
    lines.accept(report.text());
  }

  private static <T> Future<T> unusable(Throwable cause) {
    return Future.failedFuture(
        cause instanceof ScriptException ? new UnusableException(cause.getMessage()) : cause);
  }

  /** What came of those that have ended well, in that order. */
  List<ScriptReport> reports() {
    return List.copyOf(reports);
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }

  @Override
  public Future<Void> stop() {
    verticles.forEach(ScriptVerticle::giveUp);
    return loops.undeployAll();
  }

  /** The gateway of this process, as scripts know it. */
  private final class Door implements ScriptInferences {
    private final GatewayVerticle gateway;

    Door(GatewayVerticle gateway) {
      this.gateway = gateway;
    }

    @Override
    public Future<Answer> infer(Submission submission) {
      return gateway.infer(submission);
    }

    @Override
    public Future<List<ModelStatus>> load(String source, int copies) {
      return awaited(Set.of(source)).compose(_ -> gateway.load(source, source, copies));
    }

    @Override
    public Future<List<String>> loadable() {
      return awaited(Set.of()).map(AwaitedModels.Served::models);
    }

    @Override
    public Future<List<ModelStatus>> loaded() {
      return gateway.models();
    }
  }
}
