package org.clockwork.test.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.clockwork.core.heap.Heap;
import org.clockwork.core.heap.Heap.Slot;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** The heap that orders alarms, candidates and wanted models. */
final class HeapTest {

  @Test
  void behavesAsASortedSetWhateverIsPutMovedAndRemoved() {
    Seeds.each(1_000, HeapTest::compareWithASortedSet);
  }

  private static void compareWithASortedSet(long seed) {
    RandomGenerator chance = Seeds.random(seed);
    Heap<Integer> heap = new Heap<>();
    NavigableSet<Slot<Integer>> sorted =
        new TreeSet<>(
            Comparator.<Slot<Integer>>comparingLong(Slot::key)
                .thenComparingLong(Slot::second)
                .thenComparingInt(Slot::value));
    List<Slot<Integer>> slots = new ArrayList<>();
    for (int value = 0; value < 20; value++) {
      slots.add(new Slot<>(value, value));
    }
    for (int step = 0; step < 200; step++) {
      Slot<Integer> slot = slots.get(chance.nextInt(slots.size()));
      switch (chance.nextInt(4)) {
        case 0 -> {
          sorted.remove(slot);
          heap.remove(slot);
        }
        case 1 -> {
          if (!heap.isEmpty()) {
            assertEquals(sorted.pollFirst(), heap.poll());
          }
        }
        default -> {
          sorted.remove(slot);
          heap.put(slot, chance.nextLong(10), chance.nextLong(3));
          sorted.add(slot);
        }
      }
      compare(sorted, heap);
      assertEquals(sorted.contains(slot), slot.queued());
    }
  }

  private static void compare(NavigableSet<Slot<Integer>> sorted, Heap<Integer> heap) {
    assertEquals(sorted.size(), heap.size());
    assertEquals(sorted.isEmpty() ? Long.MAX_VALUE : sorted.first().key(), heap.firstKey());
    if (!sorted.isEmpty()) {
      assertEquals(sorted.first(), heap.first());
      Slot<Integer> second = sorted.higher(sorted.first());
      assertEquals(second == null ? Long.MAX_VALUE : second.key(), heap.secondKey());
    }
  }

  @Test
  void anEmptyHeapHasNoFirst() {
    assertThrows(NoSuchElementException.class, () -> new Heap<Integer>().first());
  }
}
