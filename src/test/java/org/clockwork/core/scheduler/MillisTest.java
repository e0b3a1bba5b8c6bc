package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.random.RandomGenerator;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** Durations as people read them. */
class MillisTest {

  @Test
  void areWhatAFormatterMakesOfThem() {
    Seeds.each(
        2_000,
        seed -> {
          RandomGenerator chance = Seeds.random(seed);
          long bound = 1L << chance.nextInt(1, 48);
          long nanos = chance.nextLong(-bound, bound);
          assertEquals(String.format(Locale.ROOT, "%.1f", nanos / 1e6), Millis.text(nanos));
        });
  }

  @Test
  void aHalfIsRoundedAwayFromZero() {
    assertEquals("0.1", Millis.text(50_000));
    assertEquals("0.0", Millis.text(49_999));
    assertEquals("-0.1", Millis.text(-50_000));
    assertEquals("10.0", Millis.text(9_950_000));
  }
}
