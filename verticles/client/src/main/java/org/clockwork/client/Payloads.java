package org.clockwork.client;

import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;

/** Where the inputs of a client's requests come from. */
@FunctionalInterface
public interface Payloads {
  /** None is sent; the worker makes them up (CLOCKWORK_DISABLE_INPUTS). */
  Payloads GENERATED = _ -> new Payload.Generated(1);

  /** The input of the next request to this model. Called on the client's event loop. */
  Payload next(ModelSpec model);
}
