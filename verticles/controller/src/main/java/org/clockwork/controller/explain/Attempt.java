package org.clockwork.controller.explain;

import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.model.ModelId;

/**
 * One time that a request was sent to a worker, and how it went there.
 *
 * @param outcome empty while it is out, or where it was forgotten
 * @param inFront what the GPU ran between the request's arrival and this EXEC
 */
record Attempt(Sending sending, Optional<Outcome> outcome, List<InFront> inFront) {

  /** Batches of one model, and how long they ran altogether. */
  record InFront(ModelId model, int batches, long execNanos) {}

  Optional<Outcome.Inferred> inferred() {
    return outcome.filter(Outcome.Inferred.class::isInstance).map(Outcome.Inferred.class::cast);
  }
}
