package org.clockwork.launcher.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What happened when, in a bounded number of slots. */
class TimeSlotsTest {
  private static final long SECOND = 1_000_000_000;

  private final TimeSlots<Count> slots = new TimeSlots<>(Count::new);

  private static final class Count implements TimeSlots.Slot<Count> {
    private long count;

    @Override
    public void add(Count other) {
      count += other.count;
    }
  }

  @Test
  void howeverLongItGoesOnTheSlotsAreFewAndNothingIsLost() {
    Random random = new Random(3);
    long events = 0;
    for (long nanos = 5 * SECOND;
        nanos < 100_000 * SECOND;
        nanos += random.nextLong(100 * SECOND)) {
      // Not in order: requests stand in the log as they ended.
      slots.at(Math.max(0, nanos - random.nextLong(4 * SECOND))).count++;
      events++;
    }
    assertTrue(slots.stretches().size() <= TimeSlots.SLOTS_MAX);
    assertTrue(slots.stretches().size() > TimeSlots.SLOTS_MAX / 2 - 1);
    assertEquals(
        events,
        slots.stretches().stream().mapToLong(s -> s.slot().map(c -> c.count).orElse(0L)).sum());
  }

  @Test
  void aSlotIsWhereItHappenedAndASilentOneIsAbsent() {
    slots.at(3 * SECOND + 250_000_000).count++;
    slots.at(3 * SECOND + 500_000_000).count++;
    slots.at(5 * SECOND + 500_000_000).count++;
    assertEquals(
        List.of(Optional.of(2L), Optional.empty(), Optional.of(1L)),
        slots.stretches().stream().map(s -> s.slot().map(c -> c.count)).toList());
    assertEquals(
        List.of(0.75, 1.0, 0.5),
        slots.stretches().stream().map(TimeSlots.Stretch::seconds).toList());
    assertEquals(3.625, slots.stretches().getFirst().middleSeconds(), 1e-9);
    assertEquals(2.25, slots.seconds(), 1e-9);
  }

  @Test
  void aRateIsToldOfNoSlotOfWhichLessThanHalfWasSeen() {
    slots.at(3 * SECOND + 700_000_000).count++;
    slots.at(5 * SECOND + 500_000_000).count++;
    assertEquals(
        List.of(4.0, 5.0), slots.measured().stream().map(TimeSlots.Stretch::fromSeconds).toList());
  }
}
