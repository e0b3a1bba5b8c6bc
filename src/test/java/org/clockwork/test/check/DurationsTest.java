package org.clockwork.test.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.clockwork.launcher.check.Durations;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void ofTenRunsTheFifthIsTheMedianAndTheNinthTheUpperOne() {
    Durations durations = new Durations(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    assertEquals(5, durations.medianNanos());
    assertEquals(9, durations.upperNanos());
    assertEquals(1, durations.leastNanos());
    assertEquals(10, durations.mostNanos());
    assertEquals(10, durations.runs());
  }

  @Test
  void aSingleRunIsAllOfThem() {
    Durations durations = new Durations(7);
    assertEquals(7, durations.medianNanos());
    assertEquals(7, durations.upperNanos());
  }

  @Test
  void aProfileHasNoDurationOfNothing() {
    assertEquals(1, new Durations(0, 0).upperNanos());
    assertThrows(IllegalArgumentException.class, Durations::new);
  }
}
