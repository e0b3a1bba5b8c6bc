package org.clockwork.test.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.clockwork.core.scheduler.Spread;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** What a spread makes of samples. */
class SpreadTest {
  private static final int SEEDS = 200;

  @Test
  void untilSomethingIsMeasuredTheGuessStands() {
    Spread spread = new Spread(200_000, 0.25);

    assertEquals(200_000, spread.nanos(0));
    assertEquals(350_000, spread.nanos(3));
  }

  @Test
  void theFirstSampleReplacesTheGuess() {
    Spread spread = new Spread(200_000, 0.25);

    spread.observe(50_000);

    assertEquals(50_000, spread.nanos(0));
  }

  @Test
  void normalSamplesGiveTheirMeanAndDeviation() {
    Seeds.each(
        SEEDS,
        seed -> {
          SplittableRandom chance = new SplittableRandom(seed);
          Spread spread = new Spread(200_000, 0.25);
          for (int i = 0; i < 2_000; i++) {
            spread.observe(Math.round(1_000_000 + 50_000 * chance.nextGaussian()));
          }

          // The last hundred samples weigh most: four of their standard errors.
          assertEquals(1e6, (double) spread.nanos(0), 20_000);
          double sigma = (spread.nanos(3) - spread.nanos(0)) / 3.0;
          assertTrue(sigma > 30_000 && sigma < 70_000, "sigma is " + sigma);
        });
  }

  @Test
  void aChangeIsFollowed() {
    Spread spread = new Spread(200_000, 0.25);
    for (int i = 0; i < 1_000; i++) {
      spread.observe(100_000 + i % 2);
    }
    for (int i = 0; i < 1_000; i++) {
      spread.observe(5_000_000);
    }

    assertEquals(5e6, (double) spread.nanos(0), 50_000);
  }

  @Test
  void oneHiccupMovesTheMeanByTenDeviationsAtMost() {
    Spread spread = new Spread(200_000, 0.25);
    for (int i = 0; i < 1_000; i++) {
      spread.observe(100_000 + 2_000 * (i % 2));
    }
    long before = spread.nanos(0);

    spread.observe(1_000_000_000);

    assertTrue(spread.nanos(0) - before < 1_000, "moved by " + (spread.nanos(0) - before));
  }
}
