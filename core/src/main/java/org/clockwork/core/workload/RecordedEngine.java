package org.clockwork.core.workload;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Plays a recorded load: each request goes out at the time at which it came, and is given up when
 * its client gave it up. The offer's number is the request's place in the recording, from 0.
 */
public final class RecordedEngine implements Load {
  private static final Comparator<Losing> ORDER =
      Comparator.comparingLong(Losing::elapsedNanos).thenComparingLong(it -> it.offer().number());

  private final RecordedLoad load;
  private final PriorityQueue<Losing> losing = new PriorityQueue<>(ORDER);
  private int next;
  private long startNanos = Course.NEVER;
  private long outstanding;
  private boolean done;

  /** A request whose client will lose interest. */
  private record Losing(long elapsedNanos, Offer offer) {}

  public RecordedEngine(RecordedLoad load) {
    this.load = load;
  }

  @Override
  public void on(LoadEvent event, long nowNanos, LoadCommands out) {
    switch (event) {
      case LoadEvent.ModelsReady _ -> startNanos = Math.min(startNanos, nowNanos);
      case LoadEvent.Answered _ -> outstanding--;
      case LoadEvent.WakeUp _ -> {}
      case LoadEvent.Stop _ -> next = load.arrivals().size();
    }
    if (startNanos != Course.NEVER) {
      sendDue(nowNanos - startNanos, out);
      giveUpDue(nowNanos - startNanos, out);
      askToBeWoken(out);
    }
    if (next == load.arrivals().size() && outstanding == 0 && !done) {
      done = true;
      out.done();
    }
  }

  private void sendDue(long elapsedNanos, LoadCommands out) {
    while (nextNanos() <= elapsedNanos) {
      RecordedLoad.Arrival arrival = load.arrivals().get(next);
      Offer offer =
          new Offer(
              next++,
              0,
              arrival.model(),
              arrival.objective(),
              arrival.tenant(),
              arrival.priority(),
              true,
              startNanos + arrival.elapsedNanos());
      outstanding++;
      if (arrival.givenUpNanos() != Course.NEVER) {
        losing.add(new Losing(arrival.givenUpNanos(), offer));
      }
      out.submit(offer);
    }
  }

  private void giveUpDue(long elapsedNanos, LoadCommands out) {
    while (!losing.isEmpty() && losing.peek().elapsedNanos() <= elapsedNanos) {
      out.giveUp(losing.poll().offer());
    }
  }

  private void askToBeWoken(LoadCommands out) {
    long losingNanos = losing.isEmpty() ? Course.NEVER : losing.peek().elapsedNanos();
    long soonestNanos = Math.min(nextNanos(), losingNanos);
    if (soonestNanos != Course.NEVER) {
      out.wakeAt(startNanos + soonestNanos);
    }
  }

  private long nextNanos() {
    return next < load.arrivals().size() ? load.arrivals().get(next).elapsedNanos() : Course.NEVER;
  }
}
