package org.clockwork.client;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Consumer;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEngine;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Offer;

/** One run of a workload on the event loop that it was made on: carries what the engine says. */
final class LoadRun implements LoadCommands {
  private static final long LINE_MILLIS = 1_000;

  /** Silence for so long after the load has ended: whoever should have answered, won't. */
  private static final long SILENCE_NANOS_MAX = 10_000_000_000L;

  private final Vertx vertx;
  private final Context context;
  private final LoadPlan plan;
  private final Map<String, ModelSpec> models;
  private final Inferences inferences;
  private final Payloads payloads;
  private final Consumer<String> lines;
  private final Promise<Report> reported;
  private final LoadEngine engine;
  private final Account account;
  private final Pacer pacer;
  private long lineTimer;
  private long lineNanos;
  private long answeredNanos;

  LoadRun(
      Vertx vertx,
      LoadPlan plan,
      Map<String, ModelSpec> models,
      Inferences inferences,
      Payloads payloads,
      Consumer<String> lines,
      Promise<Report> reported) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.plan = plan;
    this.models = models;
    this.inferences = inferences;
    this.payloads = payloads;
    this.lines = lines;
    this.reported = reported;
    this.engine = new LoadEngine(plan.workload(), plan.measured().runNanos(), plan.seed());
    this.account = new Account(plan.measured());
    this.pacer = new Pacer(() -> context.runOnContext(_ -> tell(new LoadEvent.WakeUp())));
  }

  void begin() {
    long nowNanos = System.nanoTime();
    lineNanos = nowNanos;
    lineTimer = vertx.setPeriodic(LINE_MILLIS, _ -> line());
    account.started(nowNanos);
    engine.on(new LoadEvent.ModelsReady(), nowNanos, this);
  }

  /** Offers nothing more; what is outstanding is awaited. */
  void end() {
    tell(new LoadEvent.Stop());
  }

  @Override
  public void submit(Offer offer) {
    account.sent(offer, System.nanoTime());
    Submission submission =
        new Submission(
            offer.model(),
            payloads.next(models.get(offer.model())),
            offer.objective(),
            offer.tenant(),
            offer.priority());
    // The answer comes on the thread of whoever gives it: its time is taken there, before the hop.
    inferences.infer(submission).onComplete(answer -> answered(offer, answer, System.nanoTime()));
  }

  @Override
  public void wakeAt(long nanos) {
    pacer.wakeAt(nanos);
  }

  @Override
  public void done() {
    vertx.cancelTimer(lineTimer);
    pacer.close();
    long countedFromNanos = engine.startNanos() + plan.measured().warmUpNanos();
    long countedNanos = Math.max(0, engine.loadEndNanos() - countedFromNanos);
    reported.tryComplete(account.report(plan.workload().name(), plan.seed(), countedNanos));
  }

  private void answered(Offer offer, AsyncResult<Answer> answer, long nowNanos) {
    Ending ending =
        answer.succeeded() ? Ending.of(answer.result()) : new Ending.Failed("no_answer");
    context.runOnContext(
        _ -> {
          answeredNanos = nowNanos;
          account.answered(offer, ending, nowNanos);
          tell(new LoadEvent.Answered(offer, ending));
        });
  }

  private void tell(LoadEvent event) {
    engine.on(event, System.nanoTime(), this);
  }

  private void line() {
    long nowNanos = System.nanoTime();
    lines.accept(account.line(nowNanos - lineNanos));
    lineNanos = nowNanos;
    long signNanos = Math.max(engine.loadEndNanos(), answeredNanos);
    if (nowNanos > signNanos && nowNanos - signNanos > SILENCE_NANOS_MAX) {
      done();
    }
  }
}
