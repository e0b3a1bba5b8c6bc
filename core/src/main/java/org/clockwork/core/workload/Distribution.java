package org.clockwork.core.workload;

import java.util.random.RandomGenerator;

/** How a duration is spread around its mean. */
public enum Distribution {
  /** Always the mean. */
  FIXED,
  /** Without memory, as arrivals of many strangers are. */
  EXPONENTIAL;

  /** One draw, with mean 1. */
  double draw(RandomGenerator chance) {
    return switch (this) {
      case FIXED -> 1;
      case EXPONENTIAL -> chance.nextExponential();
    };
  }

  /** What is left at a moment that has nothing to do with the process: its start. */
  double remainder(RandomGenerator chance) {
    return switch (this) {
      case FIXED -> chance.nextDouble();
      case EXPONENTIAL -> chance.nextExponential();
    };
  }
}
