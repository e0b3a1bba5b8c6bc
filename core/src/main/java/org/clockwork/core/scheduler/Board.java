package org.clockwork.core.scheduler;

import java.util.List;
import org.clockwork.core.request.RefusalCause;

/**
 * What a policy can do. The board keeps the books: pages, timelines, outstanding actions and the
 * one answer that each request gets. A policy that asks for something that can't be is a broken
 * invariant and stops the node.
 */
public interface Board {

  SchedulerConfig config();

  /** Alarms of the policy's own. */
  Timers timers();

  /** Earliest time at which an INFER sent now would begin. */
  long beginNanos(Gpu gpu, long now);

  /** Sends these queued requests of the replica's model as one batch. */
  void infer(Replica replica, int batch, List<Pending> requests, long now);

  /** Sends a LOAD; the pages must be free. */
  Replica load(Gpu gpu, Model model, long now);

  /** Sends an UNLOAD of an idle replica; its pages are free at once. */
  void unload(Replica replica, long now);

  /** Answers a queued request with a refusal. */
  void refuse(Pending request, RefusalCause cause, String reason, long retryAfterNanos, long now);

  /** Answers a queued request with a time-out. */
  void timeOut(Pending request, long now);
}
