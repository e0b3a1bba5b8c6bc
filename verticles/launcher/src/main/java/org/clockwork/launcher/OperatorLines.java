package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What the roles say to their operator, written by a thread of its own: a terminal that was paused
 * or a pipe that nobody reads must not hold up an event loop. Lines come out in the order in which
 * they went in. Those beyond {@link #WAITING_MAX} are left out, and how many is said.
 */
final class OperatorLines implements Consumer<String> {
  /** A summary of 100 GPUs is 200 lines; this is several of them. */
  static final int WAITING_MAX = 1_024;

  private final Consumer<String> writer;
  private final AtomicLong leftOut = new AtomicLong();
  private final ThreadPoolExecutor thread;

  OperatorLines(Consumer<String> writer) {
    this.writer = writer;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("operator-lines").daemon().factory(),
            (_, _) -> leftOut.incrementAndGet());
  }

  @Override
  public void accept(String line) {
    thread.execute(() -> write(line));
  }

  private void write(String line) {
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      writer.accept("(%d lines are left out here: they were not read in time)".formatted(missing));
    }
    writer.accept(line);
  }

  /** Completes when everything said before is written; at once where nothing more is taken. */
  Future<Void> written() {
    Promise<Void> written = Promise.promise();
    if (thread.isShutdown() || thread.getQueue().remainingCapacity() == 0) {
      written.complete();
    } else {
      thread.execute(() -> written.tryComplete());
    }
    return written.future();
  }

  /** Writes what is left; nothing is taken any more. */
  void close() {
    thread.shutdown();
  }
}
