package org.clockwork.controller.telemetry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.clockwork.core.telemetry.Telemetry;

/**
 * Writes the request log and the action log on a thread of its own, where whoever else wants to
 * know hears the same events. {@link #accept} never blocks whatever the disk does: an event that
 * finds the queue full is dropped and counted.
 */
public final class TelemetryLog implements AutoCloseable {
  public static final String REQUESTS = "clockwork_request_log.tsv";
  public static final String ACTIONS = "clockwork_action_log.tsv";

  /**
   * Rows reach the file within this time, well inside the promised second. The writer polls instead
   * of waiting to be woken, since waking a thread would cost the scheduler microseconds per event.
   */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** More than people ask at once; who asks after them is told so. */
  private static final int QUESTIONS_MAX = 64;

  private final ArrayBlockingQueue<Telemetry> queue;
  private final Queue<Runnable> questions = new ArrayBlockingQueue<>(QUESTIONS_MAX);
  private final Consumer<Telemetry> listener;
  private final AtomicLong dropped = new AtomicLong();
  private final LogFile requests;
  private final LogFile actions;
  private final long startNanos;
  private final Consumer<String> warnings;
  private final Thread writer;
  private final List<Telemetry> taken = new ArrayList<>();
  private final StringBuilder requestRows = new StringBuilder();
  private final StringBuilder actionRows = new StringBuilder();
  private volatile boolean closing;
  private long toldDropped;
  private long toldNanos = System.nanoTime() - TELL_NANOS;

  /**
   * @param startNanos the controller's clock at its start; the column {@code t} counts from there
   * @param warnings is told once, from the writer's thread, what can't be written and what to do
   */
  public TelemetryLog(LogConfig config, long startNanos, Consumer<String> warnings) {
    this(config, startNanos, warnings, _ -> {});
  }

  /**
   * The same, with a listener.
   *
   * @param listener hears every event that is written, on the writer's thread
   */
  public TelemetryLog(
      LogConfig config, long startNanos, Consumer<String> warnings, Consumer<Telemetry> listener) {
    this.listener = listener;
    Path directory = config.directory();
    this.queue = new ArrayBlockingQueue<>(config.maxQueuedEvents());
    this.requests = new LogFile(directory.resolve(REQUESTS), RequestRow.HEADER, config, warnings);
    this.actions = new LogFile(directory.resolve(ACTIONS), ActionRow.HEADER, config, warnings);
    this.startNanos = startNanos;
    this.warnings = warnings;
    this.writer = Thread.ofPlatform().name("telemetry-log").daemon().unstarted(this::write);
    writer.start();
  }

  /** From any thread. */
  public void accept(Telemetry event) {
    if (!queue.offer(event)) {
      dropped.incrementAndGet();
    }
  }

  /**
   * Has the writer's thread answer, once it has read all that was accepted before. From any thread.
   *
   * @return fails where too many ask at once, or after the end
   */
  public <T> CompletionStage<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean taken = !closing && questions.offer(() -> answer.complete(question.get()));
    if (taken) {
      LockSupport.unpark(writer);
    } else {
      answer.completeExceptionally(
          new IllegalStateException(
              closing
                  ? "the controller is shutting down"
                  : "%d ask already; ask again".formatted(QUESTIONS_MAX)));
    }
    return answer;
  }

  /** Events that are in no log, because the disk was too slow or could not be written. */
  public long lost() {
    return dropped.get() + requests.lostRows() + actions.lostRows();
  }

  /** Writes what is queued and closes the files; blocks until that is done. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join();
    } catch (InterruptedException _) {
      // Whoever closes is being stopped itself; the writer finishes on its own.
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    // Both headers stand from the start, and a folder that can't be written is told at the start.
    requests.write("", 0, System.nanoTime());
    actions.write("", 0, System.nanoTime());
    while (!closing) {
      turn();
      LockSupport.parkNanos(POLL_NANOS);
    }
    turn();
    requests.close();
    actions.close();
  }

  /** Questions that are there now are answered after all events that are there now. */
  private void turn() {
    int asked = questions.size();
    drain();
    for (int i = 0; i < asked; i++) {
      questions.remove().run();
    }
  }

  private void drain() {
    while (queue.drainTo(taken, 4096) > 0) {
      int requestCount = 0;
      int actionCount = 0;
      for (Telemetry event : taken) {
        listener.accept(event);
        switch (event) {
          case Telemetry.ActionSent _ -> {} // Its row comes with its outcome.
          case Telemetry.RequestEnded ended -> {
            RequestRow.append(requestRows, ended, ended.request().arrivedNanos() - startNanos);
            requestCount++;
          }
          case Telemetry.ActionEnded ended -> {
            ActionRow.append(actionRows, ended, ended.prediction().sentNanos() - startNanos);
            actionCount++;
          }
        }
      }
      taken.clear();
      writeRows(requests, requestRows, requestCount);
      writeRows(actions, actionRows, actionCount);
    }
    tellDropped();
  }

  /** At most every ten seconds, like the summary that it stands beside. */
  private void tellDropped() {
    long nowDropped = dropped.get();
    long nowNanos = System.nanoTime();
    if (nowDropped > toldDropped && nowNanos - toldNanos >= TELL_NANOS) {
      toldDropped = nowDropped;
      toldNanos = nowNanos;
      warnings.accept(
          "the disk is slower than the telemetry: "
              + nowDropped
              + " events are in no log so far; maxQueuedEvents in conf/controller.json bounds what"
              + " may wait for it");
    }
  }

  private static void writeRows(LogFile file, StringBuilder rows, int count) {
    if (count > 0) {
      file.write(rows, count, System.nanoTime());
      rows.setLength(0);
    }
  }
}
