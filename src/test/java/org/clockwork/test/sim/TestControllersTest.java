package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Invariants;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.test.Seeds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policies that schedule nothing, in the virtual clusters of {@link SimulationTest}. They keep
 * to all invariants but the two that a schedule is made of: how far ahead EXEC and LOAD are fed.
 */
final class TestControllersTest {
  private static final int SEEDS = 300;
  private static final long NEVER_NANOS = Long.MAX_VALUE / 4;

  @ParameterizedTest
  @ValueSource(strings = {"direct", "stress"})
  void everyRequestIsAnsweredOnceAndNoPageIsFilledTwiceWhateverHappens(String policy) {
    AtomicLong answers = new AtomicLong();
    AtomicLong execs = new AtomicLong();
    AtomicLong worlds = new AtomicLong();
    Seeds.each(
        SEEDS,
        seed -> {
          Scenario scenario = new Scenario(seed);
          Invariants invariants = scenario.invariants(fedAtOnce(scenario.config()));
          World world = scenario.play(invariants, Tap.UNTOUCHED, scenario.config(), policy);
          invariants.compareFreePages(world, world.nowNanos());
          answers.addAndGet(invariants.answers());
          execs.addAndGet(invariants.execs());
          worlds.incrementAndGet();
        });
    assertTrue(answers.get() > 100 * worlds.get() || worlds.get() == 1);
    assertTrue(execs.get() > 30 * worlds.get() || worlds.get() == 1);
  }

  private static SchedulerConfig fedAtOnce(SchedulerConfig config) {
    return new SchedulerConfig(
        config.defaultSloNanos(),
        config.sloBufferNanos(),
        NEVER_NANOS,
        config.latestDeltaNanos(),
        NEVER_NANOS,
        config.maxLagNanos(),
        config.maxExecNanos(),
        config.maxBatch(),
        config.controlLegNanos(),
        config.maxQueuedPerModel(),
        config.maxModels());
  }
}
