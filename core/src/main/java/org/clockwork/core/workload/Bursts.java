package org.clockwork.core.workload;

import java.util.random.RandomGenerator;

/** How long bursts last and the silence between them. */
public record Bursts(
    Distribution burst, long burstNanosMean, Distribution idle, long idleNanosMean) {
  public Bursts {
    if (burstNanosMean <= 0 || idleNanosMean < 0) {
      throw new IllegalArgumentException(
          "bursts need burstNanosMean=%d above 0 and idleNanosMean=%d not below"
              .formatted(burstNanosMean, idleNanosMean));
    }
  }

  /** Both without memory, as the published workloads have them. */
  public static Bursts exponential(long burstNanosMean, long idleNanosMean) {
    return new Bursts(
        Distribution.EXPONENTIAL, burstNanosMean, Distribution.EXPONENTIAL, idleNanosMean);
  }

  long drawBurstNanos(RandomGenerator chance) {
    return Math.round(burst.draw(chance) * burstNanosMean);
  }

  long drawIdleNanos(RandomGenerator chance) {
    return Math.round(idle.draw(chance) * idleNanosMean);
  }
}
