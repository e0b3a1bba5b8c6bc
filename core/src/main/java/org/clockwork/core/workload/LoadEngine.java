package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.clockwork.core.workload.LoadEvent.Answered;
import org.clockwork.core.workload.LoadEvent.ModelsReady;
import org.clockwork.core.workload.LoadEvent.Stop;
import org.clockwork.core.workload.LoadEvent.WakeUp;

/**
 * Plays a workload: says which request goes out when. An open-loop request is due at its own time
 * and is sent then or, if the caller comes late, as soon as it comes: none is left out, and each
 * bears the time at which it should have gone. The same seed gives the same arrivals, whatever is
 * answered.
 */
public final class LoadEngine implements TimedLoad {
  private final List<Lane> lanes = new ArrayList<>();
  private final PriorityQueue<Due> schedule = new PriorityQueue<>(Due.ORDER);
  private final long endElapsedNanos;
  private State state = State.WAITING;
  private long startNanos;
  private long loadEndNanos = Course.NEVER;
  // Whether something was due at the end or later, so that the load lasted until the end.
  private boolean cut;
  private long wakeNanos = Course.NEVER;
  private long offers;
  private long outstanding;

  private enum State {
    WAITING,
    RUNNING,
    DRAINING,
    DONE
  }

  /** One stream at play. */
  private record Lane(Workload.Stream stream, int index, Player player, Turns turns) {}

  /** A request that is to go out. At equal times the stream that is listed first comes first. */
  private record Due(long elapsedNanos, Lane lane) {
    private static final Comparator<Due> ORDER =
        Comparator.comparingLong(Due::elapsedNanos).thenComparingInt(due -> due.lane.index);
  }

  /**
   * An engine that plays this workload once.
   *
   * @param runNanos offers nothing that is due this long after the start or later; {@link
   *     Course#NEVER} plays until the workload's own end
   */
  public LoadEngine(Workload workload, long runNanos, long seed) {
    endElapsedNanos = Math.min(runNanos, workload.endNanos());
    SplittableRandom chance = new SplittableRandom(seed);
    for (Workload.Stream stream : workload.streams()) {
      // Each stream rolls dice of its own: what one does shifts no other.
      SplittableRandom own = chance.split();
      lanes.add(
          new Lane(
              stream,
              lanes.size(),
              Player.of(stream.arrivals(), own),
              Turns.of(stream.models(), stream.spread(), own)));
    }
  }

  @Override
  public void on(LoadEvent event, long nowNanos, LoadCommands out) {
    switch (event) {
      case ModelsReady _ -> start(nowNanos);
      case Answered answered -> answered(answered, nowNanos);
      case WakeUp _ -> wakeNanos = Course.NEVER;
      case Stop _ -> stop(nowNanos, out);
    }
    if (state == State.RUNNING) {
      sendDue(nowNanos, out);
      askToBeWoken(out);
    }
    finishWhenAnswered(nowNanos, out);
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long loadEndNanos() {
    return loadEndNanos;
  }

  /** Requests sent and not yet answered. */
  public long outstanding() {
    return outstanding;
  }

  private void start(long nowNanos) {
    if (state != State.WAITING) {
      return;
    }
    state = State.RUNNING;
    startNanos = nowNanos;
    if (endElapsedNanos != Course.NEVER) {
      loadEndNanos = nowNanos + endElapsedNanos;
    }
    for (Lane lane : lanes) {
      for (long left = lane.player.beginnings(); left > 0; left--) {
        plan(lane, lane.player.firstNanos());
      }
    }
  }

  private void answered(Answered answered, long nowNanos) {
    if (outstanding == 0) {
      throw new IllegalStateException(
          "offer %d to %s was answered with none outstanding: something answers twice"
              .formatted(answered.offer().number(), answered.offer().model()));
    }
    outstanding--;
    if (state == State.RUNNING) {
      Lane lane = lanes.get(answered.offer().stream());
      plan(lane, lane.player.afterAnswer(answered.ending(), nowNanos - startNanos));
    }
  }

  private void stop(long nowNanos, LoadCommands out) {
    if (state == State.RUNNING) {
      // What was due before the stop was part of the load, whether or not we got round to it.
      sendDue(nowNanos, out);
    }
    if (state == State.WAITING) {
      startNanos = nowNanos;
    }
    if (state != State.DONE) {
      state = State.DRAINING;
      loadEndNanos = Math.min(loadEndNanos, nowNanos);
      schedule.clear();
    }
  }

  private void plan(Lane lane, long elapsedNanos) {
    if (elapsedNanos < endElapsedNanos) {
      schedule.add(new Due(elapsedNanos, lane));
    } else if (elapsedNanos < Course.NEVER || lane.stream.endNanos() < Course.NEVER) {
      cut = true;
    }
  }

  private void sendDue(long nowNanos, LoadCommands out) {
    long elapsedNanos = nowNanos - startNanos;
    while (!schedule.isEmpty() && schedule.peek().elapsedNanos() <= elapsedNanos) {
      Due due = schedule.poll();
      long admittedNanos = due.lane().player.admittedNanos(due.elapsedNanos());
      if (admittedNanos > due.elapsedNanos()) {
        plan(due.lane(), admittedNanos);
      } else {
        send(due, out);
      }
    }
  }

  private void send(Due due, LoadCommands out) {
    Lane lane = due.lane();
    outstanding++;
    out.submit(
        new Offer(
            offers++,
            lane.index,
            lane.turns.next(due.elapsedNanos()),
            lane.stream.aim().at(due.elapsedNanos()),
            lane.stream.tenant(),
            lane.stream.priority(),
            lane.stream.arrivals() instanceof ArrivalProcess.Open,
            startNanos + due.elapsedNanos()));
    plan(lane, lane.player.afterSending());
  }

  private void askToBeWoken(LoadCommands out) {
    if (schedule.isEmpty()) {
      return;
    }
    long nextNanos = startNanos + schedule.peek().elapsedNanos();
    if (nextNanos != wakeNanos) {
      wakeNanos = nextNanos;
      out.wakeAt(nextNanos);
    }
  }

  private void finishWhenAnswered(long nowNanos, LoadCommands out) {
    boolean nothingFollows =
        state == State.DRAINING || (state == State.RUNNING && schedule.isEmpty());
    if (nothingFollows && outstanding == 0) {
      state = State.DONE;
      if (!cut) {
        loadEndNanos = Math.min(loadEndNanos, nowNanos);
      }
      out.done();
    }
  }
}
