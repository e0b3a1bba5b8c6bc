package org.clockwork.core.trace;

/**
 * How often functions are invoked that no timer drives: some hundred times a second the hottest,
 * once a day the coldest. The curve is made so that, with the timers, 45 % of all functions come to
 * at most one invocation an hour and 81 % to at most one a minute, as published for the trace of
 * 2019 (Shahrad et al., Serverless in the Wild, USENIX ATC 2020).
 */
final class Popularity {
  /** Shares of functions, the coldest first, and what those at each bound have a day. */
  private static final double[] SHARE = {0, 0.4685, 0.775, 0.99, 0.999, 0.9999, 1};

  private static final double[] PER_DAY = {1, 24, 1_440, 150e3, 1.5e6, 12e6, 40e6};

  private Popularity() {}

  /** What the function has a day that is hotter than this share of all; geometric in between. */
  static double perDay(double share) {
    int right = 1;
    while (SHARE[right] < share) {
      right++;
    }
    double part = (share - SHARE[right - 1]) / (SHARE[right] - SHARE[right - 1]);
    return PER_DAY[right - 1] * Math.pow(PER_DAY[right] / PER_DAY[right - 1], part);
  }
}
