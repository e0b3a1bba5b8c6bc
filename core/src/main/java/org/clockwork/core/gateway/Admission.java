package org.clockwork.core.gateway;

import java.util.Optional;
import org.clockwork.core.gateway.Checked.Bad;
import org.clockwork.core.gateway.Checked.Good;
import org.clockwork.core.model.Tensors;

/**
 * Decides whether a submission makes sense for its model; whether there is time is not asked here.
 */
record Admission(GatewayConfig config) {
  /** Tenants are remembered by whoever counts them, so their names have a bound. */
  private static final int TENANT_CHARS_MAX = 64;

  /**
   * What a submission came to.
   *
   * @param sloFactor that the objective came from, 0 where it came from elsewhere
   */
  record Admitted(int rows, Fit fit, Optional<Tensors> tensors, long sloNanos, double sloFactor) {}

  Checked<Admitted> check(Submission submission, ModelStatus.Ready model) {
    return sender(submission)
        .then(_ -> new InputCheck(model).accept(submission.payload()))
        .then(
            input ->
                new ObjectiveCheck(config)
                    .resolve(submission.objective(), model)
                    .then(
                        slo ->
                            new Good<>(
                                new Admitted(
                                    input.rows(),
                                    input.fit(),
                                    input.tensors(),
                                    slo.nanos(),
                                    slo.factor()))));
  }

  private static Checked<Submission> sender(Submission submission) {
    String tenant = submission.tenant();
    if (tenant.isBlank() || tenant.length() > TENANT_CHARS_MAX) {
      return new Bad<>(
          new Rejection.BadSender(
              "tenant is %s; expected are 1 to %d characters, not all blank"
                  .formatted(Shown.text(tenant), TENANT_CHARS_MAX)));
    }
    if (submission.priority() < 0) {
      return new Bad<>(
          new Rejection.BadSender(
              "priority is %d; expected is 0 (served first) or more"
                  .formatted(submission.priority())));
    }
    return new Good<>(submission);
  }
}
