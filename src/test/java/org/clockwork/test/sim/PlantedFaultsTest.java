package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import java.util.regex.Pattern;
import org.clockwork.core.sim.InvariantBroken;
import org.clockwork.core.sim.Invariants;
import org.clockwork.core.sim.World;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who watches the invariants: each is seen to find the fault that it is there for. */
final class PlantedFaultsTest {

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void isFoundAndCalledByItsName(Fault fault) {
    for (long seed = 0; seed < fault.seeds(); seed++) {
      Optional<InvariantBroken> broken = play(seed, fault);
      if (broken.isPresent()) {
        assertTrue(
            Pattern.compile(fault.found()).matcher(broken.get().getMessage()).find(),
            () ->
                "%s was found as '%s', expected is '%s'"
                    .formatted(fault, broken.get().getMessage(), fault.found()));
        return;
      }
    }
    fail("%s was not found in %d seeds".formatted(fault, fault.seeds()));
  }

  private static Optional<InvariantBroken> play(long seed, Fault fault) {
    Scenario scenario = new Scenario(seed);
    Invariants invariants = scenario.invariants();
    try {
      World world =
          scenario.play(invariants, fault.in(scenario::world), fault.believed(scenario.config()));
      invariants.compareFreePages(world, world.nowNanos());
      return Optional.empty();
    } catch (InvariantBroken broken) {
      return Optional.of(broken);
    }
  }
}
