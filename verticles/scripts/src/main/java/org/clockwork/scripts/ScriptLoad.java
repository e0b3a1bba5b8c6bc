package org.clockwork.scripts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.clockwork.client.Offering;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.TimedLoad;

/**
 * The load that a script offers: its timers, and the requests that it has made. While a timer's
 * callback runs it is, for the script, exactly the time at which the timer was due: what it asks
 * for then is meant to go out then, however late it really is, and timers that it sets count from
 * there. So the same seed gives the same arrivals, and a late script can't hide. After an answer it
 * is the time at which the answer came. Has one owner, no clock and no thread.
 */
final class ScriptLoad implements Offering, TimedLoad {
  private static final double MILLI_NANOS = 1e6;
  private static final double SECOND_NANOS = 1e9;

  /** Shorter than any callback: one that sets itself again at once still lets time pass. */
  private static final double GAP_NANOS_MIN = 1e3;

  /** Some milliseconds of callbacks. */
  private static final int AT_ONCE_MAX = 200;

  private final String name;
  private final Measured measured;
  private final long seed;
  private final SplittableRandom chance;
  private final PriorityQueue<Timer> timers = new PriorityQueue<>(Timer.ORDER);
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
  // Whether something was due at the end or later, so that the load lasted until the end.
  private boolean cut;
  private long wakeNanos = Course.NEVER;
  private long offers;
  private long timersMade;
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

  /** One request of the script. */
  static final class Wanted {
    private final String model;
    private final Objective objective;
    private final String tenant;
    private final int priority;
    private final Payload payload;
    private final Consumer<Optional<Answer>> settle;
    private Optional<Answer> answer = Optional.empty();

    /**
     * @param settle takes the answer; none where the door broke
     */
    Wanted(
        String model,
        Objective objective,
        String tenant,
        int priority,
        Payload payload,
        Consumer<Optional<Answer>> settle) {
      this.model = model;
      this.objective = objective;
      this.tenant = tenant;
      this.priority = priority;
      this.payload = payload;
      this.settle = settle;
    }
  }

  /** A callback that is due once, or again and again until it is stopped. */
  final class Timer {
    /** At equal times the one that was set first comes first. */
    private static final Comparator<Timer> ORDER =
        Comparator.<Timer>comparingLong(timer -> timer.dueNanos)
            .thenComparingLong(timer -> timer.number);

    private final long number = timersMade++;
    private final Gaps gaps;
    private final Runnable callback;
    // A double, so that the rounding of one gap does not shift all that follow.
    private double cursorNanos = elapsedNanos;
    private long dueNanos;
    private boolean stopped;

    private Timer(Gaps gaps, Runnable callback) {
      this.gaps = gaps;
      this.callback = callback;
    }

    void stop() {
      stopped = true;
      timers.remove(this);
    }

    private void plan() {
      double gapNanos = gaps.nextNanos();
      cursorNanos += gapNanos;
      dueNanos = gapNanos == Double.POSITIVE_INFINITY ? Course.NEVER : (long) cursorNanos;
      if (!stopped && dueNanos < measured.runNanos()) {
        timers.add(this);
      } else if (dueNanos < Course.NEVER) {
        cut = true;
      }
    }
  }

  /** From one time to the next; infinite where none follows. */
  @FunctionalInterface
  private interface Gaps {
    double nextNanos();
  }

  ScriptLoad(String name, Measured measured, long seed) {
    this.name = name;
    this.measured = measured;
    this.seed = seed;
    this.chance = new SplittableRandom(seed);
  }

  // --- What the script asks for ----------------------------------------------------------------

  /** Calls it every so many milliseconds, for the first time after as many. */
  Timer every(double millis, Runnable callback) {
    return planned(() -> millis * MILLI_NANOS, callback);
  }

  /** Calls it once. */
  Timer after(double millis, Runnable callback) {
    double[] gaps = {Math.max(GAP_NANOS_MIN, millis * MILLI_NANOS), Double.POSITIVE_INFINITY};
    int[] next = {0};
    return planned(() -> gaps[next[0]++], callback);
  }

  /** Calls it at Poisson arrivals, on dice of its own: what else the script draws shifts none. */
  Timer poisson(double perSecond, Runnable callback) {
    SplittableRandom own = chance.split();
    return planned(() -> own.nextExponential() * SECOND_NANOS / perSecond, callback);
  }

  private Timer planned(Gaps gaps, Runnable callback) {
    Timer timer = new Timer(gaps, callback);
    timer.plan();
    return timer;
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
    Wanted wanted = outstanding.get(offer.number());
    return new Submission(
        wanted.model, wanted.payload, wanted.objective, wanted.tenant, wanted.priority);
  }

  @Override
  public void heard(Offer offer, Answer answer) {
    Wanted wanted = outstanding.get(offer.number());
    if (wanted != null) {
      wanted.answer = Optional.of(answer);
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
    at(nowNanos - startNanos, false, () -> wanted.settle.accept(wanted.answer));
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
    for (int left = AT_ONCE_MAX; left > 0 && isDue(untilNanos); left--) {
      Timer due = timers.poll();
      at(due.dueNanos, true, due.callback);
      due.plan();
    }
  }

  private boolean isDue(long untilNanos) {
    return !timers.isEmpty() && timers.peek().dueNanos <= untilNanos;
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
    out.submit(
        new Offer(
            number,
            0,
            wanted.model,
            wanted.objective,
            wanted.tenant,
            wanted.priority,
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
    long nextNanos = timers.isEmpty() ? Course.NEVER : timers.peek().dueNanos;
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
    if (!cut || failure.isPresent()) {
      loadEndNanos = Math.min(loadEndNanos, nowNanos);
    }
    state = State.DONE;
    timers.clear();
    beginnings.clear();
    outstanding.clear();
    out.done();
  }
}
