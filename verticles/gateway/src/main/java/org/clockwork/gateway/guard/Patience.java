package org.clockwork.gateway.guard;

import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a door waits for from its clients; whatever takes too long is given up. A client that sends
 * a byte now and then is as slow as one that sends none: what counts is when the whole was due. On
 * the event loop of its door, and to about a second.
 */
public final class Patience {
  private static final long LOOK_MILLIS = 1_000;

  private final Vertx vertx;
  private final Set<Awaited> awaited = new LinkedHashSet<>();
  private boolean looks;

  /** Something that should have come by a certain time. */
  public interface Awaited {
    /** As {@link System#nanoTime} has it; what has come meanwhile may move it. */
    long dueNanos();

    void giveUp();
  }

  public Patience(Vertx vertx) {
    this.vertx = vertx;
  }

  public void begin(Awaited what) {
    awaited.add(what);
    lookLater();
  }

  public void end(Awaited what) {
    awaited.remove(what);
  }

  private void lookLater() {
    if (!looks && !awaited.isEmpty()) {
      looks = true;
      vertx.setTimer(LOOK_MILLIS, _ -> look());
    }
  }

  private void look() {
    looks = false;
    long nowNanos = System.nanoTime();
    List<Awaited> overdue =
        awaited.stream().filter(each -> each.dueNanos() - nowNanos < 0).toList();
    overdue.forEach(awaited::remove);
    overdue.forEach(Awaited::giveUp);
    lookLater();
  }
}
