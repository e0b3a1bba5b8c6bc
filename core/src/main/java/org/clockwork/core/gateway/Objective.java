package org.clockwork.core.gateway;

import java.util.Optional;

/**
 * What a client says of the time it has: in nanoseconds, as a multiple of the model's fastest
 * batch, both, or nothing. The tighter one holds. Nothing is checked here; {@link Admission} does
 * that.
 */
public record Objective(Optional<Long> sloNanos, Optional<Double> sloFactor) {
  /** Leaves it to the model and the configuration. */
  public static final Objective NONE = new Objective(Optional.empty(), Optional.empty());

  public static Objective ofNanos(long sloNanos) {
    return new Objective(Optional.of(sloNanos), Optional.empty());
  }

  public static Objective ofFactor(double sloFactor) {
    return new Objective(Optional.empty(), Optional.of(sloFactor));
  }

  /** This one and also that much time, as from a second header or a transport's own deadline. */
  public Objective within(long nanos) {
    return new Objective(Optional.of(Math.min(nanos, sloNanos.orElse(nanos))), sloFactor);
  }
}
