package org.clockwork.core.gateway;

import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;

/** What the controller tells a gateway about its requests. All but {@link Dispatched} end one. */
public sealed interface Verdict {

  /**
   * An INFER was sent; the gateway pushes the inputs that it holds to the worker now.
   *
   * @param queuedNanos from arrival to this decision
   * @param loadNanos how much of that its model was being loaded where it runs; 0 where some GPU
   *     held it when it arrived
   * @param promisedInNanos when the answer is expected, from now
   */
  record Dispatched(
      RequestId request,
      ActionId action,
      GpuId gpu,
      boolean coldStart,
      long queuedNanos,
      long loadNanos,
      long promisedInNanos)
      implements Verdict {}

  /**
   * Decided against, with one cause.
   *
   * @param retryAfterNanos from now, when a retry is expected to succeed; 0 where nothing is known
   */
  record Refused(RequestId request, RefusalCause cause, String reason, long retryAfterNanos)
      implements Verdict {}

  /** Its deadline passed unscheduled. */
  record TimedOut(RequestId request) implements Verdict {}

  /** Something broke, or the request was wrong; not a decision. */
  record Failed(RequestId request, ErrorCode code, String reason) implements Verdict {}

  RequestId request();
}
