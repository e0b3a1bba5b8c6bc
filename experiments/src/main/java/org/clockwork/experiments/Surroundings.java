package org.clockwork.experiments;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;

/**
 * What messages, timers and devices take in a trial, where it isn't to be what the setting says:
 * for example what they took in a live run.
 */
public interface Surroundings {
  Conditions conditions();

  /**
   * What the steps of every device take beyond their profiles.
   *
   * @param nowNanos the world's time
   */
  Disturbance disturbance(LongSupplier nowNanos);

  /**
   * @param world there by the time that anything happens
   */
  Tap tap(Supplier<World> world);
}
