package org.clockwork.core.sim;

import org.clockwork.core.heap.Heap;

/**
 * What is still to happen in a simulated world, in order of time; things due at the same time
 * happen in the order in which they were put down. It is also the world's true time.
 */
final class Agenda {
  private final Heap<Runnable> entries = new Heap<>();
  private long nowNanos;
  private long sequence;

  /** An appointment that can be moved: setting it anew replaces the time set before. */
  final class Alarm {
    private final Runnable due;
    private long setNanos = Long.MAX_VALUE;

    private Alarm(Runnable due) {
      this.due = due;
    }

    void setAt(long nanos) {
      if (nanos == setNanos) {
        return;
      }
      setNanos = nanos;
      at(
          nanos,
          () -> {
            if (setNanos == nanos) {
              setNanos = Long.MAX_VALUE;
              due.run();
            }
          });
    }
  }

  long nowNanos() {
    return nowNanos;
  }

  /** What is due in the past happens now. */
  void at(long nanos, Runnable happening) {
    entries.put(new Heap.Slot<>(happening, sequence++), Math.max(nanos, nowNanos));
  }

  Alarm alarm(Runnable due) {
    return new Alarm(due);
  }

  /** Lets the next thing happen that is due by then; false where there is none. */
  boolean step(long untilNanos) {
    if (entries.isEmpty() || entries.firstKey() > untilNanos) {
      nowNanos = Math.max(nowNanos, Math.min(untilNanos, Long.MAX_VALUE));
      return false;
    }
    Heap.Slot<Runnable> next = entries.poll();
    nowNanos = next.key();
    next.value().run();
    return true;
  }
}
