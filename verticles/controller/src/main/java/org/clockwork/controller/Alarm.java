package org.clockwork.controller;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;

/**
 * One timer that is set anew with almost every event. A Vert.x timer that would ring early is left
 * running and set again when it does, because nearly all of these times are moved on before they
 * come. Rings up to 1 ms late, which is the step of Vert.x timers; the windows that a scheduler
 * sets ahead of time cover that.
 */
final class Alarm {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long OFF = Long.MAX_VALUE;

  private final Vertx vertx;
  private final LongSupplier clock;
  private final Runnable ring;
  private long wantedNanos = OFF;
  private long armedNanos = OFF;
  private long timer = -1;

  Alarm(Vertx vertx, LongSupplier clock, Runnable ring) {
    this.vertx = vertx;
    this.clock = clock;
    this.ring = ring;
  }

  /** Replaces the time that was set before. */
  void set(long nanos) {
    wantedNanos = nanos;
    if (nanos < armedNanos) {
      vertx.cancelTimer(timer);
      arm();
    }
  }

  void cancel() {
    vertx.cancelTimer(timer);
    wantedNanos = OFF;
    armedNanos = OFF;
  }

  private void arm() {
    armedNanos = wantedNanos;
    long delayMillis = Math.ceilDiv(wantedNanos - clock.getAsLong(), NANOS_PER_MILLI);
    timer = vertx.setTimer(Math.max(1, delayMillis), _ -> rang());
  }

  private void rang() {
    armedNanos = OFF;
    if (clock.getAsLong() < wantedNanos) {
      arm();
    } else {
      wantedNanos = OFF;
      ring.run();
    }
  }
}
