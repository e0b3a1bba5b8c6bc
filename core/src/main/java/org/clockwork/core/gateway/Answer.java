package org.clockwork.core.gateway;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;

/** What a client is told in the end: exactly one for each request. */
public sealed interface Answer {

  RequestId request();

  /** From arrival at the gateway to this answer. */
  long latencyNanos();

  /**
   * Succeeded; {@code met} says whether inside the objective.
   *
   * @param queuedNanos from arrival to the controller's decision
   * @param loadNanos how much of that its model was being loaded where it ran; 0 where some GPU
   *     held it when it arrived
   * @param promisedNanos from arrival to when the controller expected the answer
   */
  record Succeeded(
      RequestId request,
      long latencyNanos,
      boolean met,
      Tensors tensors,
      GpuId gpu,
      int batch,
      boolean coldStart,
      long queuedNanos,
      long loadNanos,
      long inputNanos,
      long execNanos,
      long outputNanos,
      long promisedNanos)
      implements Answer {}

  /** Decided against, with one cause and the time after which a retry is expected to succeed. */
  record Refused(
      RequestId request, long latencyNanos, RefusalCause cause, String reason, long retryAfterNanos)
      implements Answer {}

  /** Its deadline passed. */
  record TimedOut(RequestId request, long latencyNanos) implements Answer {}

  record Failed(RequestId request, long latencyNanos, ErrorCode code, String reason)
      implements Answer {}
}
