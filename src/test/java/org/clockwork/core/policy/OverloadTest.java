package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** How much of the load is lost. */
class OverloadTest {
  /** What became of so many requests. */
  private record Fate(boolean served, int requests, double full, long nanos) {
    private double weight(long now) {
      return requests * Math.exp((nanos - now) / 1e9);
    }
  }

  @Test
  void theLostShareIsThatOfAllWhoseMemoryFadesWithTheSecond() {
    Seeds.each(500, OverloadTest::compareWithAllThatEverHappened);
  }

  private static void compareWithAllThatEverHappened(long seed) {
    RandomGenerator chance = Seeds.random(seed);
    Overload overload = new Overload();
    List<Fate> fates = new ArrayList<>();
    long now = chance.nextLong(-1_000_000_000_000L, 1_000_000_000_000L);
    for (int step = 0; step < 40; step++) {
      now += chance.nextBoolean() ? 0 : chance.nextLong(800_000_000);
      Fate fate = new Fate(chance.nextBoolean(), chance.nextInt(1, 6), chance.nextDouble(), now);
      if (fate.served()) {
        overload.served(fate.requests(), fate.full(), now);
      } else {
        overload.lost(fate.requests(), now);
      }
      fates.add(fate);

      now += chance.nextBoolean() ? 0 : chance.nextLong(2_000_000_000);
      assertEquals(share(fates, now), overload.lostShare(now), 1e-9);
      assertEquals(fullness(fates, now), overload.fullness(now), 1e-9);
    }
  }

  private static double share(List<Fate> fates, long now) {
    double all = fates.stream().mapToDouble(fate -> fate.weight(now)).sum();
    double lost =
        fates.stream().filter(fate -> !fate.served()).mapToDouble(fate -> fate.weight(now)).sum();
    return all < 1 ? 0 : lost / all;
  }

  private static double fullness(List<Fate> fates, long now) {
    double batches = 0;
    double full = 0;
    for (Fate fate : fates) {
      if (fate.served()) {
        batches += fate.weight(now) / fate.requests();
        full += fate.full() * fate.weight(now) / fate.requests();
      }
    }
    return batches == 0 ? 1 : full / batches;
  }

  @Test
  void aSingleRequestIsEnoughToTellInTheMomentOfItsLossAndNotLater() {
    Overload overload = new Overload();
    overload.lost(1, 500);

    assertEquals(1, overload.lostShare(500));
    assertEquals(0, overload.lostShare(1_000));
  }

  @Test
  void nothingIsLostBeforeAnybodyCame() {
    assertEquals(0, new Overload().lostShare(0));
  }
}
