package org.clockwork.core.scheduler;

import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.telemetry.Telemetry;

/**
 * What the scheduler wants done. It is called back during {@link Scheduler#on} and must not call
 * the scheduler in turn.
 */
public interface Commands {

  void send(WorkerId worker, Action action);

  /** To the gateway that the verdict's request names. */
  void tell(Verdict verdict);

  /** A model appeared, became ready, changed or went; every gateway is to know. */
  void publish(ModelStatus status);

  /** Bring a {@link Event.WakeUp} at this time or soon after; a later call replaces this one. */
  void wakeAt(long nanos);

  void emit(Telemetry event);
}
