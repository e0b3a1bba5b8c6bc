package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.clockwork.core.sim.Invariants;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** The production scheduler, workers and gateways in thousands of virtual clusters. */
final class SimulationTest {
  private static final int SEEDS = 4_000;
  private static final int SEEDS_TWICE = 200;

  @Test
  void invariantsHoldAfterEveryEventWhateverHappens() {
    AtomicLong answers = new AtomicLong();
    AtomicLong execs = new AtomicLong();
    AtomicLong worlds = new AtomicLong();
    Seeds.each(
        SEEDS,
        seed -> {
          Scenario scenario = new Scenario(seed);
          Invariants invariants = scenario.invariants();
          World world = scenario.play(invariants, Tap.UNTOUCHED);
          invariants.compareFreePages(world, world.nowNanos());
          answers.addAndGet(invariants.answers());
          execs.addAndGet(invariants.execs());
          worlds.incrementAndGet();
        });
    // Worlds in which nothing happens would prove nothing.
    assertTrue(answers.get() > 100 * worlds.get() || worlds.get() == 1);
    assertTrue(execs.get() > 30 * worlds.get() || worlds.get() == 1);
  }

  @Test
  void theSameSeedGivesTheSameMessagesToTheLastByte() {
    Seeds.each(
        SEEDS_TWICE, seed -> assertEquals(trace(seed), trace(seed), "fingerprint of all messages"));
  }

  @Test
  void anotherSeedGivesOtherMessages() {
    assertNotEquals(trace(1), trace(2));
  }

  private static long trace(long seed) {
    Trace trace = new Trace();
    new Scenario(seed).play(trace, Tap.UNTOUCHED);
    return trace.fingerprint();
  }
}
