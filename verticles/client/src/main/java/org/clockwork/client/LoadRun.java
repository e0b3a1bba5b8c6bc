package org.clockwork.client;

import io.vertx.core.AsyncResult;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.TimedLoad;

/** One run of a load, on one thread: carries what the load says, and keeps its books. */
public final class LoadRun implements LoadCommands {
  private static final long LINE_MILLIS = 1_000;

  /** Silence for so long after the load has ended: whoever should have answered, won't. */
  private static final long SILENCE_NANOS_MAX = 10_000_000_000L;

  private final Vertx vertx;
  private final Executor thread;
  private final Offering offering;
  private final TimedLoad load;
  private final Inferences inferences;
  private final Consumer<String> lines;
  private final Promise<Report> reported;
  private final Account account;
  private final Pacer pacer;
  private long lineTimer;
  private long lineNanos;
  private long answeredNanos;

  /**
   * A run that is yet to begin.
   *
   * @param thread one task at a time, in their order: to it belongs the run, load and books
   * @param watch hears of every request that counts
   * @param lines takes the published line of every second
   * @param reported completes once the run is over and everything was answered
   */
  public LoadRun(
      Vertx vertx,
      Executor thread,
      Offering offering,
      Inferences inferences,
      Watch watch,
      Consumer<String> lines,
      Promise<Report> reported) {
    this.vertx = vertx;
    this.thread = thread;
    this.offering = offering;
    this.load = offering.load();
    this.inferences = inferences;
    this.lines = lines;
    this.reported = reported;
    this.account = new Account(offering.measured(), watch);
    this.pacer = new Pacer(() -> thread.execute(() -> tell(new LoadEvent.WakeUp())));
  }

  /** Its models can be asked for: the load begins now. As {@link #end}, called on its thread. */
  public void begin() {
    long nowNanos = System.nanoTime();
    lineNanos = nowNanos;
    lineTimer = vertx.setPeriodic(LINE_MILLIS, _ -> thread.execute(this::line));
    account.started(nowNanos);
    load.on(new LoadEvent.ModelsReady(), nowNanos, this);
  }

  /** Offers nothing more; what is outstanding is awaited. */
  public void end() {
    tell(new LoadEvent.Stop());
  }

  @Override
  public void submit(Offer offer) {
    account.sent(offer, System.nanoTime());
    // The answer comes on the thread of whoever gives it: its time is taken there, before the hop.
    inferences
        .infer(offering.submission(offer))
        .onComplete(answer -> answered(offer, answer, System.nanoTime()));
  }

  @Override
  public void wakeAt(long nanos) {
    pacer.wakeAt(nanos);
  }

  @Override
  public void done() {
    vertx.cancelTimer(lineTimer);
    pacer.close();
    long countedFromNanos = load.startNanos() + offering.measured().warmUpNanos();
    long countedNanos = Math.max(0, load.loadEndNanos() - countedFromNanos);
    reported.tryComplete(account.report(offering.name(), offering.seed(), countedNanos));
  }

  private void answered(Offer offer, AsyncResult<Answer> answer, long nowNanos) {
    Ending ending =
        answer.succeeded() ? Ending.of(answer.result()) : new Ending.Failed("no_answer");
    thread.execute(
        () -> {
          answeredNanos = nowNanos;
          account.answered(offer, ending, nowNanos);
          if (answer.succeeded()) {
            offering.heard(offer, answer.result());
          }
          tell(new LoadEvent.Answered(offer, ending));
        });
  }

  private void tell(LoadEvent event) {
    load.on(event, System.nanoTime(), this);
  }

  private void line() {
    long nowNanos = System.nanoTime();
    lines.accept(account.line(nowNanos - lineNanos));
    lineNanos = nowNanos;
    long signNanos = Math.max(load.loadEndNanos(), answeredNanos);
    if (nowNanos > signNanos && nowNanos - signNanos > SILENCE_NANOS_MAX) {
      done();
    }
  }
}
