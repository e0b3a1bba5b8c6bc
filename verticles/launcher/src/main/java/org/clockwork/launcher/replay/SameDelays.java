package org.clockwork.launcher.replay;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.experiments.Surroundings;

/**
 * Surroundings in which everything takes what it took in a recorded run.
 *
 * @param offsetNanos of recorded times before the simulated ones
 */
record SameDelays(Delays delays, long offsetNanos) implements Surroundings {
  @Override
  public Conditions conditions() {
    // Worker times are on the controller's clock in a recording: no skew is left, and the noise of
    // executions is in what they took. Timers are late as they were.
    return new Conditions(delays.legs(offsetNanos), 0, 0, 0, 0, 0);
  }

  @Override
  public Disturbance disturbance(LongSupplier nowNanos) {
    return delays.disturbance(offsetNanos, nowNanos);
  }

  @Override
  public Tap tap(Supplier<World> world) {
    return delays.tap(offsetNanos, world);
  }
}
