package org.clockwork.core.device;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.clockwork.core.model.ModelId;

/**
 * What keeps a simulated device from taking exactly the profiled time: noise, a slow spell, a
 * fault. Asked once for each step, by that step's executor.
 */
@FunctionalInterface
public interface Disturbance {
  Disturbance NONE = (step, model, profiledNanos) -> 0;

  /**
   * How much longer this step takes; never negative, because a profile is the least there is.
   *
   * @throws DeviceException the step fails instead, after its profiled time
   */
  long extraNanos(Executor step, ModelId model, long profiledNanos) throws DeviceException;

  /**
   * Every step takes longer by a share of its time: the size of a normal deviate of this sigma.
   *
   * @param sigma 0.001 for the published 0.1 %
   */
  static Disturbance noise(long seed, double sigma) {
    // One generator for each executor: they run on threads of their own, in any order.
    SplittableRandom seeds = new SplittableRandom(seed);
    Map<Executor, SplittableRandom> random = new EnumMap<>(Executor.class);
    for (Executor executor : Executor.values()) {
      random.put(executor, seeds.split());
    }
    return (step, model, profiledNanos) ->
        Math.round(Math.abs(random.get(step).nextGaussian()) * sigma * profiledNanos);
  }
}
