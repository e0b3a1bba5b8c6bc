package org.clockwork.test.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.clockwork.core.device.PageCache;
import org.clockwork.core.device.PageSet;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class PageCacheTest {

  @Test
  void aPageGivenBackTwiceIsAFault() {
    PageCache cache = new PageCache(4);
    PageSet pages = cache.take(2).orElseThrow();
    cache.giveBack(pages);
    assertThrows(IllegalStateException.class, () -> cache.giveBack(pages));
  }

  @Test
  void aModelWithoutWeightsTakesNoPages() {
    PageCache cache = new PageCache(1);
    assertEquals(0, cache.take(0).orElseThrow().count());
    assertEquals(1, cache.freePages());
  }

  @Test
  void noPageIsEverHandedOutTwiceAndNoneIsLost() {
    Seeds.each(
        3_000,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          PageCache cache = new PageCache(1 + random.nextInt(30));
          List<PageSet> held = new ArrayList<>();
          Set<Integer> taken = new HashSet<>();
          for (int turn = 0; turn < 80; turn++) {
            if (random.nextBoolean() || held.isEmpty()) {
              int count = random.nextInt(12);
              Optional<PageSet> pages = cache.take(count);
              assertEquals(count <= cache.pages() - taken.size(), pages.isPresent());
              pages.ifPresent(
                  set -> {
                    assertEquals(count, set.count());
                    for (int i = 0; i < count; i++) {
                      assertTrue(taken.add(set.index(i)), "page handed out twice");
                    }
                    held.add(set);
                  });
            } else {
              PageSet set = held.remove(random.nextInt(held.size()));
              cache.giveBack(set);
              for (int i = 0; i < set.count(); i++) {
                taken.remove(set.index(i));
              }
            }
            assertEquals(cache.pages() - taken.size(), cache.freePages());
          }
        });
  }
}
