package org.clockwork.controller.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.junit.jupiter.api.Test;

class WatchersTest {
  private static final long SECOND_NANOS = 1_000_000_000;

  private final Watchers watchers = new Watchers();

  @Test
  void whoHasNotSaidSoForFiveSecondsWatchesNoMore() {
    watchers.says("door", gpus(0, 1), 0);
    assertTrue(watchers.any(5 * SECOND_NANOS));
    assertFalse(watchers.any(6 * SECOND_NANOS));
    assertEquals(Set.of(), watchers.gpus());
  }

  @Test
  void gpusAreThoseThatAnybodyWatches() {
    watchers.says("one", gpus(0, 2), 0);
    watchers.says("other", gpus(1, 3), 0);
    assertEquals(Set.copyOf(gpus(0, 3)), watchers.gpus());
  }

  @Test
  void whereTheyAreTooManyEachGetsItsFirst() {
    watchers.says("one", gpus(0, 40), 0);
    watchers.says("other", gpus(40, 80), 0);
    assertEquals(32, watchers.gpus().size());
    assertTrue(watchers.gpus().containsAll(gpus(0, 16)));
    assertTrue(watchers.gpus().containsAll(gpus(40, 56)));
  }

  @Test
  void aStrangerTooManyIsTurnedAwayAndThoseThatAreThereStay() {
    for (int i = 0; i < 256; i++) {
      assertTrue(watchers.says("door-" + i, List.of(), 0));
    }
    assertFalse(watchers.says("one more", List.of(), 0));
    assertTrue(watchers.says("door-7", List.of(), 0));
  }

  private static List<GpuId> gpus(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> new GpuId(new WorkerId("W"), i)).toList();
  }
}
