package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.clockwork.core.sim.Invariants;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The production scheduler, workers and gateways in thousands of virtual clusters. */
final class SimulationTest {
  private static final int SEEDS = 4_000;
  private static final int SEEDS_OTHERS = 600;
  private static final int SEEDS_TWICE = 200;

  @Test
  void invariantsHoldAfterEveryEventWhateverHappens() {
    Watched watched = new Watched();
    Seeds.each(SEEDS, seed -> watched.plays(new Scenario(seed), Scenario::play));
    watched.sawMuch();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flex", "nexus", "frontrun"})
  void invariantsHoldUnderThePoliciesOfOtherSystemsToo(String policy) {
    Watched watched = new Watched();
    Seeds.each(
        SEEDS_OTHERS,
        seed ->
            watched.plays(
                new Scenario(seed),
                (scenario, invariants, tap) ->
                    scenario.play(invariants, tap, scenario.config(), policy)));
    watched.sawMuch();
  }

  /** What happened in all worlds of a test: worlds in which nothing happens would prove nothing. */
  private static final class Watched {
    private long answers;
    private long execs;
    private long worlds;

    /** How a scenario is played. */
    @FunctionalInterface
    interface Playing {
      World play(Scenario scenario, Invariants invariants, Tap tap);
    }

    void plays(Scenario scenario, Playing playing) {
      Invariants invariants = scenario.invariants();
      World world = playing.play(scenario, invariants, Tap.UNTOUCHED);
      invariants.compareFreePages(world, world.nowNanos());
      answers += invariants.answers();
      execs += invariants.execs();
      worlds++;
    }

    void sawMuch() {
      assertTrue(answers > 100 * worlds || worlds == 1);
      assertTrue(execs > 30 * worlds || worlds == 1);
    }
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
