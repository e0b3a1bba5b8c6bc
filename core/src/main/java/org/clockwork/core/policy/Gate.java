package org.clockwork.core.policy;

import org.clockwork.core.scheduler.Pending;

/** Turns requests away as soon as it is known that they can't succeed. */
interface Gate {
  /** Lets everybody wait until the deadline, as published. */
  Gate OPEN = (request, now) -> {};

  /** The request was queued just now. */
  void turnAwayIfHopeless(Pending request, long now);
}
