package org.clockwork.core.scheduler;

import java.util.function.LongConsumer;
import org.clockwork.core.heap.Heap;

/** The scheduler's alarms. Alarms for the same time go off in the order in which they were made. */
public final class Timers {
  private final Heap<LongConsumer> heap = new Heap<>();
  private final Spread lateness = new Spread(0, 0);
  private long made;

  /** One alarm, set or not. */
  public final class Timer {
    private final Heap.Slot<LongConsumer> slot;

    private Timer(LongConsumer due) {
      slot = new Heap.Slot<>(due, made++);
    }

    /** Goes off at this time, instead of any time set before. */
    public void setAt(long nanos) {
      heap.put(slot, nanos);
    }

    /** Goes off at this time, unless it is set for an earlier one. */
    public void setNoLaterThan(long nanos) {
      if (!slot.queued() || slot.key() > nanos) {
        heap.put(slot, nanos);
      }
    }

    public void cancel() {
      heap.remove(slot);
    }
  }

  /** An alarm that isn't set yet; {@code due} is given the time at which it goes off. */
  public Timer timer(LongConsumer due) {
    return new Timer(due);
  }

  /**
   * How late alarms go off, but for one in a thousand: they come in steps, or behind other work.
   */
  public long latenessNanos() {
    return lateness.nanos(Delays.IN_TIME_SIGMAS);
  }

  /** Sets off every alarm that is due. */
  void fire(long now) {
    while (heap.firstKey() <= now) {
      lateness.observe(now - heap.firstKey());
      heap.poll().value().accept(now);
    }
  }

  /** When the next one is due; Long.MAX_VALUE where none is set. */
  long nextNanos() {
    return heap.firstKey();
  }
}
