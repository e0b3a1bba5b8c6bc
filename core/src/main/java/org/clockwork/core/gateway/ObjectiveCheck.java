package org.clockwork.core.gateway;

import org.clockwork.core.gateway.Checked.Bad;
import org.clockwork.core.gateway.Checked.Good;

/** Turns what a client said about time into the one objective that its request is held to. */
record ObjectiveCheck(GatewayConfig config) {
  /** Without any objective a request gets at least this many times the model's fastest batch. */
  private static final int DEFAULT_FACTOR = 5;

  /**
   * @param factor that the time came from, 0 where it came from elsewhere
   */
  record Slo(long nanos, double factor) {}

  Checked<Slo> resolve(Objective objective, ModelStatus.Ready model) {
    if (objective.sloNanos().isPresent() && !acceptable(objective.sloNanos().get())) {
      return bad("objective of " + Shown.millis(objective.sloNanos().get()));
    }
    if (objective.sloFactor().isEmpty()) {
      return new Good<>(new Slo(objective.sloNanos().orElse(unasked(model)), 0));
    }
    double factor = objective.sloFactor().get();
    double byFactorNanos = factor * model.smallestExecNanos();
    // Written so that NaN, which compares as false with everything, is turned away too.
    if (!(factor > 0) || !(byFactorNanos <= config.maxSloNanos())) {
      return bad("slo factor of " + factor + " × " + Shown.millis(model.smallestExecNanos()));
    }
    long factorNanos = Math.max(1, Math.round(byFactorNanos));
    return new Good<>(
        objective
            .sloNanos()
            .filter(given -> given < factorNanos)
            .map(given -> new Slo(given, 0))
            .orElse(new Slo(factorNanos, factor)));
  }

  private boolean acceptable(long sloNanos) {
    return sloNanos > 0 && sloNanos <= config.maxSloNanos();
  }

  private long unasked(ModelStatus.Ready model) {
    return model.spec().defaultSloNanos() > 0
        ? model.spec().defaultSloNanos()
        : Math.max(config.defaultSloNanos(), DEFAULT_FACTOR * model.smallestExecNanos());
  }

  private Checked<Slo> bad(String asked) {
    return new Bad<>(
        new Rejection.BadObjective(
            "an %s can't be kept; an objective must be above 0 and at most %s"
                .formatted(asked, Shown.millis(config.maxSloNanos()))));
  }
}
