package org.clockwork.launcher;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Supplier;
import org.clockwork.gpunative.RealTime;

/**
 * Sees to it that each role gets the event loop that is meant for it. Vert.x hands its event loops
 * out in turn to whatever asks for a context; taking a few in between brings the turn to the one
 * that is wanted.
 */
final class EventLoops {
  private final VertxInternal vertx;
  private final int count;
  private final ContextInternal turns;
  private final EventLoop first;

  /**
   * @param count how many event loops that Vert.x has
   */
  EventLoops(Vertx vertx, int count) {
    this.vertx = (VertxInternal) vertx;
    this.count = count;
    this.turns = this.vertx.createEventLoopContext();
    this.first = next();
    RealTime realTime = RealTime.of(System.getenv());
    for (int loop = 0; loop < count; loop++) {
      next().execute(realTime::preferThisThread);
    }
  }

  /**
   * Does this after what others are to do in turn: one at a time has the turn, and whatever it
   * deploys it aims before.
   *
   * @return what the task's future comes to; the next one doesn't wait for that
   */
  <T> Future<T> inTurn(Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    turns.runOnContext(_ -> Future.succeededFuture().compose(_ -> task.get()).onComplete(done));
    return done.future();
  }

  /** The next verticle that is deployed gets the event loop of this number, below the count. */
  void aimAt(int number) {
    EventLoop taken = next();
    while (!taken.equals(first)) {
      taken = next();
    }
    // The turn is now at number 1; what comes last is number 0.
    for (int skipped = 1; skipped < (number == 0 ? count : number); skipped++) {
      next();
    }
  }

  private EventLoop next() {
    ContextInternal context = vertx.createEventLoopContext();
    return context.nettyEventLoop();
  }
}
