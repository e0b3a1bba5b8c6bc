package org.clockwork.test.sim;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.Executor;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.sim.World;

/** What goes wrong on one worker's devices: noise, at times a slow spell or steps that fail. */
final class Mishaps implements Disturbance {
  private static final long MILLIS = 1_000_000;

  private final World world;
  private final RandomGenerator chance;
  private final Disturbance noise;
  private final int failsOnceIn;
  private final long spellBeginNanos;
  private final long spellEndNanos;
  private final int spellFactor;

  Mishaps(World world, RandomGenerator chance, double sigma) {
    this.world = world;
    this.chance = new SplittableRandom(chance.nextLong());
    this.noise = Disturbance.noise(chance.nextLong(), sigma);
    this.failsOnceIn = chance.nextInt(4) == 0 ? chance.nextInt(5, 100) : Integer.MAX_VALUE;
    boolean spell = chance.nextInt(3) == 0;
    this.spellBeginNanos = chance.nextLong(500) * MILLIS;
    this.spellEndNanos = spell ? spellBeginNanos + chance.nextLong(200) * MILLIS : 0;
    this.spellFactor = chance.nextInt(1, 20);
  }

  @Override
  public long extraNanos(Executor step, ModelId model, long profiledNanos) throws DeviceException {
    if (chance.nextInt(failsOnceIn) == 0) {
      throw new DeviceException(ErrorCode.RUNTIME_ERROR, "this step was to fail");
    }
    long extraNanos = noise.extraNanos(step, model, profiledNanos);
    boolean slow = world.nowNanos() >= spellBeginNanos && world.nowNanos() < spellEndNanos;
    return slow ? extraNanos + Math.min(spellFactor * profiledNanos, 300 * MILLIS) : extraNanos;
  }
}
