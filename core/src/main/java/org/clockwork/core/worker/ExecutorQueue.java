package org.clockwork.core.worker;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.clockwork.core.action.Window;

/**
 * What waits for one executor. Tasks leave in order of the window's beginning, then its end, then
 * arrival, so a task that arrives later with an earlier window overtakes one that waits.
 *
 * <p>Running one task at a time is the executor's own nature; the queue only says what is next.
 */
public final class ExecutorQueue {
  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong((Entry entry) -> entry.window().earliestNanos())
          .thenComparingLong(entry -> entry.window().latestNanos())
          .thenComparingLong(Entry::arrival);

  private final int capacity;
  private final PriorityQueue<Entry> entries = new PriorityQueue<>(ORDER);
  private long arrivals;

  /** What an executor does now. */
  public sealed interface Next {
    /** Its window is open; it has left the queue. */
    record Run(Task task) implements Next {}

    /** Its window closed {@code lateNanos} ago; it has left the queue. */
    record Refuse(Task task, long lateNanos) implements Next {}

    /** The first window opens then; something earlier may still arrive. */
    record WaitUntil(long nanos) implements Next {}

    record Idle() implements Next {}
  }

  private static final Next IDLE = new Next.Idle();

  private record Entry(Task task, Window window, long arrival) {}

  /**
   * @param capacity tasks that may wait; the worker's bound on open actions keeps it below, so that
   *     meeting it means a fault and not a load
   */
  public ExecutorQueue(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("an executor's queue needs room, got " + capacity);
    }
    this.capacity = capacity;
  }

  /** Takes the task, or says false where the queue is full: the caller then fails the task. */
  public boolean add(Task task) {
    if (entries.size() == capacity) {
      return false;
    }
    return entries.add(new Entry(task, task.window(), arrivals++));
  }

  public Next next(long nowNanos) {
    Entry first = entries.peek();
    if (first == null) {
      return IDLE;
    }
    if (first.window().earliestNanos() > nowNanos) {
      return new Next.WaitUntil(first.window().earliestNanos());
    }
    entries.remove();
    return first.window().admits(nowNanos)
        ? new Next.Run(first.task())
        : new Next.Refuse(first.task(), nowNanos - first.window().latestNanos());
  }

  /** Empties the queue, handing over what was in it in order. */
  public void removeAll(Consumer<Task> removed) {
    for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
      removed.accept(entry.task());
    }
  }

  public int size() {
    return entries.size();
  }
}
