package org.clockwork.controller;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.function.LongSupplier;
import org.clockwork.codecs.ClockNews;
import org.clockwork.core.scheduler.ClockOffset;

/**
 * Asks one member of the cluster for its clock: a few times in a row when it has come, then once a
 * second for as long as it is there. That tells how far its clock is ahead, and that it is alive:
 * the cluster notices a process that died, but not one that hangs.
 */
final class Pulse {
  private static final long PERIOD_MILLIS = 1_000;

  /** The first messages on a new connection are slow; the shortest of these round trips is not. */
  private static final int FIRST = 8;

  /** Three seconds without an answer: longer than any pause of a worker that is of use. */
  private static final int MISSES_MAX = 3;

  private static final DeliveryOptions QUESTION =
      new DeliveryOptions().setSendTimeout(PERIOD_MILLIS);

  private final Vertx vertx;
  private final String address;
  private final LongSupplier clock;
  private final long term;
  private final Listener listener;
  private final ClockOffset estimate = new ClockOffset();
  private int answered;
  private int missed;
  private boolean over;

  /** Hears how it goes, on the controller's event loop. */
  interface Listener {
    /** The question left and the answer came, in the controller's time; its clock in between. */
    void sample(long sentNanos, long answeredNanos, long arrivedNanos);

    /** Its clock is known now. Called once. */
    void ready();

    /** It does not answer any more. Called once; nothing follows. */
    void lost();
  }

  /**
   * @param term what is sent with every question: it tells who asks
   */
  Pulse(Vertx vertx, String address, LongSupplier clock, long term, Listener listener) {
    this.vertx = vertx;
    this.address = address;
    this.clock = clock;
    this.term = term;
    this.listener = listener;
  }

  void begin() {
    ask();
  }

  /** Nothing is heard of it from now on. */
  void end() {
    over = true;
  }

  boolean ready() {
    return answered >= FIRST;
  }

  private void ask() {
    if (over) {
      return;
    }
    long sentNanos = clock.getAsLong();
    vertx
        .eventBus()
        .<Long>request(address, term, news().ridingWith(QUESTION))
        .onComplete(
            reply -> {
              if (over) {
                return;
              }
              if (reply.succeeded()) {
                answered(sentNanos, reply.result().body());
              } else {
                missed();
              }
            });
  }

  private ClockNews news() {
    return new ClockNews(estimate.offsetNanos(), estimate.roundTripNanos());
  }

  private void answered(long sentNanos, long theirNanos) {
    missed = 0;
    answered++;
    long arrivedNanos = clock.getAsLong();
    estimate.observe(sentNanos, theirNanos, theirNanos, arrivedNanos);
    listener.sample(sentNanos, theirNanos, arrivedNanos);
    if (answered < FIRST) {
      ask();
      return;
    }
    if (answered == FIRST) {
      listener.ready();
    }
    vertx.setTimer(PERIOD_MILLIS, _ -> ask());
  }

  private void missed() {
    missed++;
    if (missed == MISSES_MAX) {
      over = true;
      listener.lost();
    } else {
      vertx.setTimer(PERIOD_MILLIS, _ -> ask());
    }
  }
}
