package org.clockwork.scripts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.clockwork.client.Offering;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.TimedLoad;
import org.clockwork.scripts.ScriptTimers.Timer;

/**
 * The load that a script offers: its timers, and the requests that it has made. While a timer's
 * callback runs it is, for the script, exactly the time at which the timer was due: what it asks
 * for then is meant to go out then, however late it really is, and timers that it sets count from
 * there. So the same seed gives the same arrivals, and a late script can't hide. After an answer it
 * is the time at which the answer came. Has one owner, no clock and no thread.
 */
final class ScriptLoad implements Offering, TimedLoad {
  /** Some milliseconds of callbacks. */
  private static final int AT_ONCE_MAX = 200;

  private final String name;
  private final Measured measured;
  private final long seed;
  private final SplittableRandom chance;
  private final ScriptTimers timers;
  private final List<Wanted> beginnings = new ArrayList<>();
  private final Map<Long, Wanted> outstanding = new HashMap<>();
  private State state = State.WAITING;
  private LoadCommands out = Silence.SILENCE;
  private Optional<ScriptException> failure = Optional.empty();
  private long startNanos;
  private long loadEndNanos = Course.NEVER;
  // What the script takes for now, from the start, and whether it is a time that was set before.
  private long elapsedNanos;
  private boolean scheduled;
  // Whether the load lasted until the end, since something would have been sent then or later.
  private boolean cut;
  private long wakeNanos = Course.NEVER;
  private long offers;
  private int listeners;

  private enum State {
    WAITING,
    RUNNING,
    DRAINING,
    DONE
  }

  /** Nobody to tell: before the run and after it. */
  private enum Silence implements LoadCommands {
    SILENCE;

    @Override
    public void submit(Offer offer) {}

    @Override
    public void wakeAt(long nanos) {}

    @Override
    public void done() {}
  }

  ScriptLoad(String name, Measured measured, long seed) {
    this.name = name;
    this.measured = measured;
    this.seed = seed;
    this.chance = new SplittableRandom(seed);
    this.timers = new ScriptTimers(measured.runNanos(), chance);
  }

  // --- What the script asks for ----------------------------------------------------------------

  /** Calls it every so many milliseconds, for the first time after as many. */
  Timer every(double millis, Runnable callback) {
    return timers.every(millis, elapsedNanos, callback);
  }

  /** Calls it once. */
  Timer after(double millis, Runnable callback) {
    return timers.after(millis, elapsedNanos, callback);
  }

  /** Calls it at Poisson arrivals, on dice of its own: what else the script draws shifts none. */
  Timer poisson(double perSecond, Runnable callback) {
    return timers.poisson(perSecond, elapsedNanos, callback);
  }

  /** Even from 0 to below 1, the same ones for the same seed. */
  double random() {
    return chance.nextDouble();
  }

  /** Sends it now, or once the run begins. After the load's end nothing is sent or answered. */
  void infer(Wanted wanted) {
    switch (state) {
      case WAITING -> beginnings.add(wanted);
      case RUNNING -> send(wanted);
      case DRAINING, DONE -> {}
    }
  }

  /** Somebody may call back without having been asked: the load goes on until it is ended. */
  void listens() {
    listeners++;
  }

  /** Why it has ended, where the script is to blame. */
  Optional<ScriptException> failure() {
    return failure;
  }

  // --- What its carrier asks for ---------------------------------------------------------------

  @Override
  public String name() {
    return name;
  }

  @Override
  public Measured measured() {
    return measured;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public TimedLoad load() {
    return this;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long loadEndNanos() {
    return loadEndNanos;
  }

  @Override
  public Submission submission(Offer offer) {
    return outstanding.get(offer.number()).submission();
  }

  @Override
  public void heard(Offer offer, Answer answer) {
    Wanted wanted = outstanding.get(offer.number());
    if (wanted != null) {
      wanted.heard(answer);
    }
  }

  @Override
  public void on(LoadEvent event, long nowNanos, LoadCommands commands) {
    carry(
        nowNanos,
        commands,
        () -> {
          switch (event) {
            case LoadEvent.ModelsReady _ -> start(nowNanos);
            case LoadEvent.Answered answered -> answered(answered.offer(), nowNanos);
            case LoadEvent.WakeUp _ -> wakeNanos = Course.NEVER;
            case LoadEvent.Stop _ -> stop(nowNanos);
          }
        });
  }

  /** Something else happens that the script wanted to hear of. */
  void hear(long nowNanos, LoadCommands commands, Runnable callback) {
    carry(
        nowNanos,
        commands,
        () -> {
          if (state == State.RUNNING) {
            at(nowNanos - startNanos, false, callback);
          }
        });
  }

  private void carry(long nowNanos, LoadCommands commands, Runnable what) {
    if (state == State.DONE) {
      return;
    }
    out = commands;
    try {
      what.run();
      if (state == State.RUNNING) {
        runDue(nowNanos);
        endInTime(nowNanos);
        askToBeWoken();
      }
      finishWhenAnswered(nowNanos);
    } catch (ScriptException e) {
      failure = Optional.of(e);
      finish(nowNanos);
    } finally {
      out = Silence.SILENCE;
    }
  }

  private void start(long nowNanos) {
    if (state != State.WAITING) {
      return;
    }
    state = State.RUNNING;
    startNanos = nowNanos;
    if (measured.runNanos() != Course.NEVER) {
      loadEndNanos = nowNanos + measured.runNanos();
    }
    beginnings.forEach(this::send);
    beginnings.clear();
  }

  private void answered(Offer offer, long nowNanos) {
    Wanted wanted = outstanding.remove(offer.number());
    if (wanted == null) {
      throw new IllegalStateException(
          "offer %d to %s was answered twice".formatted(offer.number(), offer.model()));
    }
    at(nowNanos - startNanos, false, wanted::settle);
  }

  private void stop(long nowNanos) {
    if (state == State.WAITING) {
      startNanos = nowNanos;
    }
    state = State.DRAINING;
    loadEndNanos = Math.min(loadEndNanos, nowNanos);
    timers.clear();
  }

  /**
   * A callback may set another one that is due by now: its turn comes as well. A script that can't
   * keep up is left after some of them, so that answers and the end are heard in between.
   */
  private void runDue(long nowNanos) {
    long untilNanos = nowNanos - startNanos;
    for (int left = AT_ONCE_MAX; left > 0 && timers.isDue(untilNanos); left--) {
      Timer due = timers.poll();
      at(due.dueNanos(), true, due.callback());
      due.plan();
    }
  }

  private void at(long nanos, boolean asScheduled, Runnable callback) {
    elapsedNanos = nanos;
    scheduled = asScheduled;
    callback.run();
  }

  private void send(Wanted wanted) {
    if (elapsedNanos >= measured.runNanos()) {
      cut = true;
      return;
    }
    long number = offers++;
    outstanding.put(number, wanted);
    Submission submission = wanted.submission();
    out.submit(
        new Offer(
            number,
            0,
            submission.model(),
            submission.objective(),
            submission.tenant(),
            submission.priority(),
            scheduled,
            startNanos + elapsedNanos));
  }

  private void endInTime(long nowNanos) {
    // What was due before the end is still offered, however late.
    if (nowNanos - startNanos >= measured.runNanos() && timers.isEmpty()) {
      cut = true;
      state = State.DRAINING;
    }
  }

  private void askToBeWoken() {
    long nextNanos = timers.nextNanos();
    if (listeners > 0) {
      nextNanos = Math.min(nextNanos, measured.runNanos()); // Nothing else might come by then.
    }
    if (nextNanos == Course.NEVER) {
      return;
    }
    nextNanos += startNanos;
    if (nextNanos != wakeNanos) {
      wakeNanos = nextNanos;
      out.wakeAt(nextNanos);
    }
  }

  private void finishWhenAnswered(long nowNanos) {
    boolean nothingFollows =
        state == State.DRAINING || (state == State.RUNNING && timers.isEmpty() && listeners == 0);
    if (nothingFollows && outstanding.isEmpty()) {
      finish(nowNanos);
    }
  }

  private void finish(long nowNanos) {
    if (!(cut || timers.cut()) || failure.isPresent()) {
      loadEndNanos = Math.min(loadEndNanos, nowNanos);
    }
    state = State.DONE;
    timers.clear();
    beginnings.clear();
    outstanding.clear();
    out.done();
  }
}
