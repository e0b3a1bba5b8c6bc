package org.clockwork.test.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.clockwork.core.trace.Mapping;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class MappingTest {

  @Test
  void asPublishedTheHottestFunctionsGoToTheFirstModels() {
    assertArrayEquals(new int[] {0, 0, 0, 1, 1, 2, 2}, mapped(Mapping.HOTTEST_FIRST, 7, 3, 1));
    int[] published = mapped(Mapping.HOTTEST_FIRST, 46_000, 4_000, 1);
    assertTrue(published[0] == 0 && published[11] == 0 && published[12] == 1);
    assertTrue(published[45_999] == 3_999);
    // The product does not fit into an int.
    assertTrue(mapped(Mapping.HOTTEST_FIRST, 1_000_000, 10_000, 1)[999_999] == 9_999);
  }

  @Test
  void inTurnEachModelGetsItsPartOfTheHotOnes() {
    assertArrayEquals(new int[] {0, 1, 2, 0, 1, 2, 0}, mapped(Mapping.IN_TURN, 7, 3, 1));
  }

  @Test
  void aShuffleGivesEachModelAsManyFunctionsButOthersWithEachSeed() {
    int[] published = mapped(Mapping.HOTTEST_FIRST, 500, 40, 0);
    Seeds.each(
        1_000,
        seed -> {
          int[] shuffled = mapped(Mapping.SHUFFLED, 500, 40, seed);
          assertArrayEquals(shuffled, mapped(Mapping.SHUFFLED, 500, 40, seed));
          assertFalse(Arrays.equals(shuffled, mapped(Mapping.SHUFFLED, 500, 40, seed + 1)));
          Arrays.sort(shuffled);
          assertArrayEquals(published, shuffled);
        });
  }

  @Test
  void aShuffleFavoursNoModel() {
    int[] hottest = new int[10];
    Seeds.each(10_000, seed -> hottest[mapped(Mapping.SHUFFLED, 100, 10, seed)[0]]++);
    for (int times : hottest) {
      // 1,000 each; five standard deviations of 30.
      assertTrue(times > 850 && times < 1_150, () -> Arrays.toString(hottest));
    }
  }

  private static int[] mapped(Mapping mapping, int functions, int models, long seed) {
    return mapping.models(functions, models, Seeds.random(seed));
  }
}
