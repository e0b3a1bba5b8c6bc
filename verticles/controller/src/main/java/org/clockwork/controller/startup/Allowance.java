package org.clockwork.controller.startup;

/**
 * How many things of one kind are told one by one. A cluster of 100 GPUs and 4,000 models must not
 * print 12,000 lines before it serves; what is beyond the allowance stands in the totals.
 */
final class Allowance {
  private final int most;
  private int told;

  Allowance(int most) {
    this.most = most;
  }

  /** Whether one more is told; it counts as told then. */
  boolean takes() {
    if (told >= most) {
      return false;
    }
    told++;
    return true;
  }
}
