package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** The sum of what came within the last second, and what a model's demand makes of it. */
class LastSecondTest {
  private static final long TENTH = 100_000_000;

  private record Added(long amount, long nanos) {}

  @Test
  void theSumIsThatOfTheTenTenthsThatEndNow() {
    Seeds.each(500, LastSecondTest::compareWithAllThatWasAdded);
  }

  private static void compareWithAllThatWasAdded(long seed) {
    RandomGenerator chance = Seeds.random(seed);
    LastSecond last = new LastSecond();
    List<Added> all = new ArrayList<>();
    long now = chance.nextLong(-1_000 * TENTH, 1_000 * TENTH);
    for (int step = 0; step < 60; step++) {
      now +=
          switch (chance.nextInt(5)) {
            case 0 -> 0;
            case 1 -> TENTH;
            case 2 -> chance.nextLong(3_000_000_000L);
            default -> chance.nextLong(TENTH);
          };
      if (chance.nextBoolean()) {
        Added added = new Added(chance.nextLong(1, 1_000_000), now);
        last.add(added.amount(), now);
        all.add(added);
      }
      assertEquals(sum(all, now), last.sum(now));
    }
  }

  private static long sum(List<Added> all, long now) {
    long oldest = Math.floorDiv(now, TENTH) - 9;
    return all.stream()
        .filter(added -> Math.floorDiv(added.nanos(), TENTH) >= oldest)
        .mapToLong(Added::amount)
        .sum();
  }

  @Test
  void demandThatCannotWaitCountsForTheShareOfTheSecondThatTheHorizonIs() {
    Demand demand = new Demand();
    demand.queuedNanos = 7;
    demand.horizonNanos = 100_000_000;
    demand.passing(1_000, 0);
    demand.passing(2_000, 50);

    assertEquals(7 + 300, demand.nanos(60));
    assertEquals(7, demand.nanos(1_000_000_000));
  }

  @Test
  void aModelPassesForAsLongAsSomethingCameInTheLastSecond() {
    Demand demand = new Demand();
    assertFalse(demand.passes(0));

    demand.passing(1, 0);

    assertTrue(demand.passes(999_999_999));
    assertFalse(demand.passes(1_000_000_000));
  }
}
