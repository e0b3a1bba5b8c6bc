package org.clockwork.test.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.clockwork.experiments.plan.Search;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** The smallest number that is enough is found, with few questions, wherever one begins. */
class SearchTest {

  @Test
  void findsTheStepWhereverItIsAndWhereverItBegins() {
    Seeds.each(
        5_000,
        seed -> {
          SplittableRandom chance = new SplittableRandom(seed);
          int most = chance.nextInt(1, 5_000);
          int step = chance.nextInt(1, most + 2);
          int start = chance.nextInt(1, 2 * most + 1);
          Set<Integer> asked = new HashSet<>();
          OptionalInt found =
              Search.fewest(
                  number -> {
                    assertTrue(number >= 1 && number <= most, () -> "asked for " + number);
                    assertTrue(asked.add(number), () -> "asked twice for " + number);
                    return number >= step;
                  },
                  start,
                  most);
          assertEquals(step > most ? OptionalInt.empty() : OptionalInt.of(step), found);
          assertTrue(found.isEmpty() || step == 1 || asked.contains(step - 1), asked::toString);
          assertTrue(asked.size() <= 2 * 14 + 2, asked::toString);
        });
  }

  @Test
  void whereMoreIsNotAlwaysBetterTheResultIsEnoughAndOneLessIsNot() {
    Seeds.each(
        5_000,
        seed -> {
          SplittableRandom chance = new SplittableRandom(seed);
          boolean[] enough = new boolean[chance.nextInt(2, 300)];
          for (int number = 1; number < enough.length; number++) {
            enough[number] = chance.nextBoolean();
          }
          int most = enough.length - 1;
          OptionalInt found =
              Search.fewest(number -> enough[number], chance.nextInt(1, most + 1), most);
          if (found.isEmpty()) {
            assertFalse(enough[most]);
          } else {
            assertTrue(enough[found.getAsInt()]);
            assertFalse(found.getAsInt() > 1 && enough[found.getAsInt() - 1]);
          }
        });
  }
}
