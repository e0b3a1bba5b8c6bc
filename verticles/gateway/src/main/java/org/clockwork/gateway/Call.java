package org.clockwork.gateway;

import io.vertx.core.Future;
import org.clockwork.core.gateway.Answer;

/** One inference under way, as a caller in the same process holds it. */
public interface Call {

  /** Completes exactly once and never fails, on the gateway's event loop: don't block there. */
  Future<Answer> answer();

  /**
   * The caller no longer wants it: what is still queued anywhere is given up, and the answer is a
   * failure with code CANCELLED unless it had come before. From any thread.
   */
  void cancel();
}
