package org.clockwork.scripts;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.clockwork.client.LoadRun;
import org.clockwork.client.Report;
import org.clockwork.client.Watch;

/**
 * Offers the load of one script and keeps its books, on a thread that is the script's own: one that
 * does not return holds up nobody. Deployed means that the script was read to its end without a
 * mistake and that its load has begun. Undeploying ends the load and waits for what is outstanding.
 */
public final class ScriptVerticle extends VerticleBase {
  private final ScriptPlan plan;
  private final ScriptInferences inferences;
  private final Consumer<String> seconds;
  private final Consumer<String> sayings;
  private final ThreadPoolExecutor thread;
  private final Promise<Void> begun = Promise.promise();
  private final Promise<ScriptReport> reported = Promise.promise();
  // Both belong to the script's thread.
  private Optional<LoadedScript> script = Optional.empty();
  private Optional<LoadRun> run = Optional.empty();

  /**
   * A script that is yet to be deployed.
   *
   * @param seconds takes the published line of every second
   * @param sayings takes what the script itself says, after its name
   */
  public ScriptVerticle(
      ScriptPlan plan,
      ScriptInferences inferences,
      Consumer<String> seconds,
      Consumer<String> sayings) {
    this.plan = plan;
    this.inferences = inferences;
    this.seconds = seconds;
    this.sayings = sayings;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            // Holds one task for each answer on its way, and one each for timer and line.
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("script-" + plan.script().name()).factory(),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public Future<?> start() {
    thread.execute(this::begin);
    return begun.future();
  }

  @Override
  public Future<?> stop() {
    if (!begun.future().succeeded() || reported.future().isComplete()) {
      thread.shutdownNow(); // What is still being read, or stuck, is not awaited.
      return Future.succeededFuture();
    }
    thread.execute(() -> run.ifPresent(LoadRun::end));
    return reported.future().otherwiseEmpty();
  }

  /** From any thread: what has not begun by now, because the script takes its time, never does. */
  public void giveUp() {
    if (begun.tryFail("stopped before it began")) {
      thread.shutdownNow();
    }
  }

  /**
   * What the run came to; completes once it is over and everything was answered. Fails with a
   * {@link ScriptException} where the script is to blame.
   */
  public Future<ScriptReport> report() {
    return reported.future();
  }

  private void begin() {
    try {
      LoadRun begins = read();
      run = Optional.of(begins);
      begins.begin();
      begun.tryComplete();
    } catch (RuntimeException e) {
      fail(e);
      close();
    }
  }

  /** From the file to the run of the load that it sets up. */
  private LoadRun read() {
    LoadedScript made =
        new LoadedScript(
            plan,
            inferences,
            vertx.eventBus(),
            (load, callback) -> thread.execute(() -> hear(load, callback)),
            line -> sayings.accept(plan.script().name() + ": " + line),
            this::fail);
    script = Optional.of(made);
    Promise<Report> over = Promise.promise();
    over.future().onSuccess(report -> finish(made, report));
    return new LoadRun(vertx, thread, made.load(), inferences, Watch.NONE, seconds, over);
  }

  private void hear(ScriptLoad load, Runnable callback) {
    run.ifPresent(carrier -> load.hear(System.nanoTime(), carrier, callback));
  }

  private void finish(LoadedScript over, Report report) {
    over.load()
        .failure()
        .ifPresentOrElse(
            this::fail, () -> reported.tryComplete(new ScriptReport(report, over.reported())));
    thread.execute(this::close); // Not now: it is the script that has just been called.
  }

  /** From any thread: the watchdog's, where the script's own is lost. */
  private void fail(RuntimeException why) {
    begun.tryFail(why);
    reported.tryFail(why);
  }

  private void close() {
    script.ifPresent(LoadedScript::close);
    script = Optional.empty();
    thread.shutdown();
  }
}
