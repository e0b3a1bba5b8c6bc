package org.clockwork.launcher.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What happened when, in slots of equal length. There are never more than {@link #SLOTS_MAX}:
 * before there would be, slots become twice as long. So a run of any length takes the same memory.
 *
 * @param <S> what is noted of a slot
 */
final class TimeSlots<S extends TimeSlots.Slot<S>> {
  /** As many points as a picture can show beside each other. */
  static final int SLOTS_MAX = 120;

  private final TreeMap<Long, S> slots = new TreeMap<>();
  private final Supplier<S> empty;
  private long slotNanos = TimeUnit.SECONDS.toNanos(1);
  private long firstNanos = Long.MAX_VALUE;
  private long lastNanos = Long.MIN_VALUE;

  TimeSlots(Supplier<S> empty) {
    this.empty = empty;
  }

  /** What is noted of a stretch of time. */
  interface Slot<S> {
    void add(S other);
  }

  /**
   * A slot with its place.
   *
   * @param fromSeconds where what was observed in it begins
   * @param seconds how much of it was observed: the first and the last one only in part
   * @param slot absent where nothing happened
   */
  record Stretch<S>(double fromSeconds, double seconds, Optional<S> slot) {
    double middleSeconds() {
      return fromSeconds + seconds / 2;
    }
  }

  /** The slot of this time. */
  S at(long nanos) {
    firstNanos = Math.min(firstNanos, nanos);
    lastNanos = Math.max(lastNanos, nanos);
    while (key(lastNanos) - key(firstNanos) >= SLOTS_MAX) {
      doubleSlots();
    }
    return slots.computeIfAbsent(key(nanos), _ -> empty.get());
  }

  long slotSeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(slotNanos);
  }

  /** From the first thing that happened to the last. */
  double seconds() {
    return slots.isEmpty() ? 0 : (lastNanos - firstNanos) / 1e9;
  }

  /** In order, without gaps. */
  List<Stretch<S>> stretches() {
    List<Stretch<S>> stretches = new ArrayList<>();
    for (long key = key(firstNanos); !slots.isEmpty() && key <= key(lastNanos); key++) {
      long from = Math.max(firstNanos, key * slotNanos);
      long to = Math.min(lastNanos, (key + 1) * slotNanos);
      stretches.add(
          new Stretch<>(from / 1e9, (to - from) / 1e9, Optional.ofNullable(slots.get(key))));
    }
    return stretches;
  }

  /**
   * Those that are long enough to tell a rate: not the first or the last one if it is cut short.
   */
  List<Stretch<S>> measured() {
    List<Stretch<S>> all = stretches();
    List<Stretch<S>> measured =
        all.stream().filter(stretch -> stretch.seconds() >= slotSeconds() / 2.0).toList();
    return measured.isEmpty()
        ? all.stream().filter(stretch -> stretch.seconds() > 0).toList()
        : measured;
  }

  private long key(long nanos) {
    return Math.floorDiv(nanos, slotNanos);
  }

  private void doubleSlots() {
    slotNanos *= 2;
    TreeMap<Long, S> longer = new TreeMap<>();
    slots.forEach(
        (key, slot) -> {
          long half = Math.floorDiv(key, 2);
          if (longer.containsKey(half)) {
            longer.get(half).add(slot);
          } else {
            longer.put(half, slot);
          }
        });
    slots.clear();
    slots.putAll(longer);
  }
}
