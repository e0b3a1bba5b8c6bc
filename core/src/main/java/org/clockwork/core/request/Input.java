package org.clockwork.core.request;

import org.clockwork.core.model.Tensors;

/** Where the input of a request is. The controller passes it on without looking inside. */
public sealed interface Input {

  /** Small enough to ride along inside the request and the action. */
  record Inline(Tensors tensors) implements Input {}

  /** Kept by the gateway, which pushes it to the worker on the controller's word. */
  record Held(long bytes) implements Input {}

  /** None was sent (CLOCKWORK_DISABLE_INPUTS); the worker fills it from a seeded generator. */
  record Generated() implements Input {}
}
