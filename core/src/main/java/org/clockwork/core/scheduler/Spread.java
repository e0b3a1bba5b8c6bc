package org.clockwork.core.scheduler;

/**
 * Mean and deviation of a duration that was measured again and again, recent samples counting most.
 */
public final class Spread {
  /** The last hundred samples have two thirds of the weight: seconds, under load. */
  private static final double WEIGHT_MIN = 0.01;

  /** A single sample beyond so many deviations counts as one there: it may be a hiccup. */
  private static final double SIGMAS_MAX = 10;

  /** Before so many samples the deviation is not trusted to be small. */
  private static final int FEW = 16;

  private final double guessedShare;
  private long observed;
  private double mean;
  private double variance;

  /** Worked out when something is measured: it is asked for more often than that. */
  private double sigma;

  /**
   * @param guessNanos the mean until something was measured
   * @param guessedShare the deviation as a share of the mean, until enough was
   */
  public Spread(long guessNanos, double guessedShare) {
    this.mean = guessNanos;
    this.guessedShare = guessedShare;
    this.sigma = sigma();
  }

  public void observe(long nanos) {
    observed++;
    if (observed == FEW) {
      sigma = sigma(); // From now on what was guessed is forgotten.
    }
    if (observed == 1) {
      mean = nanos;
    } else {
      follow(nanos);
    }
    sigma = sigma();
  }

  private void follow(long nanos) {
    double weight = Math.max(1.0 / observed, WEIGHT_MIN);
    double off = nanos - mean;
    double most = SIGMAS_MAX * sigma;
    if (most > 0 && Math.abs(off) > most) {
      off = Math.copySign(most, off);
    }
    mean += weight * off;
    variance = (1 - weight) * (variance + weight * off * off);
  }

  /** All that was measured until now counts as one sample. */
  public void doubt() {
    observed = Math.min(observed, 1);
    sigma = sigma();
  }

  /** The mean, or that many deviations above it; never negative. */
  public long nanos(double sigmas) {
    return Math.max(0, Math.round(mean + sigmas * sigma));
  }

  private double sigma() {
    double measured = Math.sqrt(variance);
    return observed < FEW ? Math.max(measured, guessedShare * mean) : measured;
  }
}
