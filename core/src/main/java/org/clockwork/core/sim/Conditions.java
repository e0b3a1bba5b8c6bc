package org.clockwork.core.sim;

/**
 * The physics of a simulated world.
 *
 * @param legs time of a message from one role to another: 0.2 ms with a jitter of 0.05 ms on the
 *     experiments' common ground
 * @param execSigma noise of executions, as a share of their time: 0.1 % there
 * @param skewNanosMax worker clocks differ from the controller's by up to this: 1 ms there
 * @param wakeStepNanos the controller wakes up at multiples of this; 1 ms is what the live one
 *     does, 0 wakes it exactly
 * @param detectionNanos until a worker that crashed is known to have left
 * @param linkBytesPerSecond that a gateway can push to a worker; 0: inputs take no time
 */
public record Conditions(
    Legs legs,
    double execSigma,
    long skewNanosMax,
    long wakeStepNanos,
    long detectionNanos,
    long linkBytesPerSecond) {
  public static final Conditions COMMON_GROUND =
      new Conditions(Legs.normal(200_000, 50_000), 0.001, 1_000_000, 0, 500_000_000, 0);

  public Conditions {
    if (execSigma < 0
        || skewNanosMax < 0
        || wakeStepNanos < 0
        || detectionNanos < 0
        || linkBytesPerSecond < 0) {
      throw new IllegalArgumentException("a simulated world has no negative physics");
    }
  }

  /** The same world with executions of so much noise. */
  public Conditions withExecSigma(double sigma) {
    return new Conditions(
        legs, sigma, skewNanosMax, wakeStepNanos, detectionNanos, linkBytesPerSecond);
  }

  /** The same world with a network of this speed. */
  public Conditions linkedAt(long bytesPerSecond) {
    return new Conditions(
        legs, execSigma, skewNanosMax, wakeStepNanos, detectionNanos, bytesPerSecond);
  }
}
