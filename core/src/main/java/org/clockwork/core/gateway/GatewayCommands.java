package org.clockwork.core.gateway;

import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;

/**
 * What a gateway wants done. It is called back during {@link Gateway#on} and must not call the
 * gateway in turn.
 */
public interface GatewayCommands {

  /** To the controller. */
  void ask(Request request);

  /** To the controller: nobody waits for this one any more. */
  void cancel(RequestId request);

  void push(WorkerId worker, Inputs inputs);

  /** To a worker that may wait for the input of a request: none will come, it was answered. */
  void withdraw(WorkerId worker, RequestId request);

  /** To the client; exactly once for each request. */
  void answer(Answer answer);

  /** Bring a {@link GatewayEvent.WakeUp} at this time or soon after; a later call replaces this. */
  void wakeAt(long nanos);
}
