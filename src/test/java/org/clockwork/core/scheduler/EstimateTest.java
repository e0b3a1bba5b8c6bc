package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** What a duration is expected to be, against a list of what was measured. */
class EstimateTest {

  @Test
  void isTheLargestOfTheLastTenAndTypicallyTheirMedian() {
    Seeds.each(1_000, seed -> compareWithAList(Seeds.random(seed)));
  }

  private static void compareWithAList(RandomGenerator chance) {
    int values = chance.nextInt(2, 30); // With few of them, many samples are equal.
    List<Long> recent = new ArrayList<>(List.of(chance.nextLong(values)));
    Estimate estimate = new Estimate(recent.getFirst());
    for (int step = 0; step < 60; step++) {
      long nanos = chance.nextLong(values);
      switch (chance.nextInt(8)) {
        case 0 -> {
          estimate.doubt();
          Collections.replaceAll(recent, Collections.max(recent), median(recent));
        }
        case 1 -> {
          estimate.cut(nanos);
          recent.replaceAll(sample -> Math.min(sample, nanos));
        }
        default -> {
          estimate.observe(nanos);
          recent.add(nanos);
          if (recent.size() > 10) {
            recent.removeFirst();
          }
        }
      }
      assertEquals(Collections.max(recent), estimate.nanos());
      assertEquals(median(recent), estimate.typicalNanos());
    }
  }

  private static long median(List<Long> recent) {
    return recent.stream().sorted().toList().get((recent.size() - 1) / 2);
  }
}
