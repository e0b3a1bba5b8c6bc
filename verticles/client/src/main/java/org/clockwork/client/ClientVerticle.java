package org.clockwork.client;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelSpec;

/**
 * Offers a workload and keeps its books, on an event loop of its own. Has the workload's models
 * served first; deployed means that the load has begun. Undeploying ends the load and waits for
 * what is outstanding.
 */
public final class ClientVerticle extends VerticleBase {
  private final LoadPlan plan;
  private final Inferences inferences;
  private final Payloads payloads;
  private final Watch watch;
  private final Consumer<String> lines;
  private final Promise<Void> begun = Promise.promise();
  private final Promise<Report> reported = Promise.promise();
  private Optional<LoadRun> run = Optional.empty();

  /**
   * A client that is yet to be deployed.
   *
   * @param lines takes the published line of every second
   */
  public ClientVerticle(
      LoadPlan plan, Inferences inferences, Payloads payloads, Consumer<String> lines) {
    this(plan, inferences, payloads, Watch.NONE, lines);
  }

  /** The same, and somebody watches each request. */
  public ClientVerticle(
      LoadPlan plan,
      Inferences inferences,
      Payloads payloads,
      Watch watch,
      Consumer<String> lines) {
    this.plan = plan;
    this.inferences = inferences;
    this.payloads = payloads;
    this.watch = watch;
    this.lines = lines;
  }

  @Override
  public Future<?> start() {
    // Models become ready on whichever thread the inferences live; the run belongs to this one.
    models().onComplete(models -> context.runOnContext(_ -> begin(models)));
    return begun.future();
  }

  @Override
  public Future<?> stop() {
    if (run.isEmpty()) {
      return Future.succeededFuture(); // Its models never became ready: there is nothing to await.
    }
    run.get().end();
    return report();
  }

  /** From any thread: what has not begun by now, because a model isn't ready, never does. */
  public void giveUp() {
    begun.tryFail("stopped before it began");
  }

  /** What the run came to; completes once it is over and everything was answered. */
  public Future<Report> report() {
    return reported.future();
  }

  private Future<Map<String, ModelSpec>> models() {
    List<Future<List<ModelStatus>>> loading =
        plan.workload().models().stream()
            .map(copies -> inferences.load(copies.source(), copies.count()))
            .toList();
    return Future.all(loading).map(all -> specs(all.list()));
  }

  private static Map<String, ModelSpec> specs(List<List<ModelStatus>> loaded) {
    Map<String, ModelSpec> specs = new HashMap<>();
    for (List<ModelStatus> copies : loaded) {
      for (ModelStatus status : copies) {
        specs.put(status.name(), spec(status));
      }
    }
    return specs;
  }

  private static ModelSpec spec(ModelStatus status) {
    return switch (status) {
      case ModelStatus.Ready ready -> ready.spec();
      case ModelStatus.Unavailable unavailable ->
          throw new ModelUnavailableException(unavailable.name(), unavailable.reason());
      case ModelStatus.Registering registering ->
          throw new ModelUnavailableException(registering.name(), "no worker has it ready");
      case ModelStatus.Versioned versioned ->
          throw new ModelUnavailableException(
              versioned.name(),
              "it is a folder of versions, up to '%s'; name one".formatted(versioned.highest()));
      case ModelStatus.Gone gone ->
          throw new ModelUnavailableException(gone.name(), "it was withdrawn meanwhile");
    };
  }

  private void begin(AsyncResult<Map<String, ModelSpec>> models) {
    if (models.failed()) {
      begun.tryFail(models.cause());
      return;
    }
    if (begun.future().isComplete()) {
      return; // Given up meanwhile.
    }
    LoadRun begins =
        new LoadRun(
            vertx,
            task -> context.runOnContext(_ -> task.run()),
            new WorkloadOffering(plan, models.result(), payloads),
            inferences,
            watch,
            lines,
            reported);
    run = Optional.of(begins);
    begins.begin();
    begun.tryComplete();
  }
}
