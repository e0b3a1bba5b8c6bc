package org.clockwork.controller.telemetry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.clockwork.core.telemetry.Telemetry;

/**
 * Writes the request log and the action log on a thread of its own. {@link #accept} never blocks
 * whatever the disk does: an event that finds the queue full is dropped and counted.
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

  private final ArrayBlockingQueue<Telemetry> queue;
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
      drain();
      LockSupport.parkNanos(POLL_NANOS);
    }
    drain();
    requests.close();
    actions.close();
  }

  private void drain() {
    while (queue.drainTo(taken, 4096) > 0) {
      int requestCount = 0;
      int actionCount = 0;
      for (Telemetry event : taken) {
        switch (event) {
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
