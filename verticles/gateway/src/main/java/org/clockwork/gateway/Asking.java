package org.clockwork.gateway;

import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.gateway.json.MalformedException;

/** Makes a submission of what has been read already, once it is known which model it is for. */
@FunctionalInterface
public interface Asking {

  /** On the gateway's event loop, so nothing that takes long. */
  Submission of(ModelStatus.Ready model) throws MalformedException;

  /** The client's own name for the request; empty where it has none. */
  default String clientName() {
    return "";
  }
}
