package org.clockwork.core.sim;

import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;

/**
 * Sees everything that passes between the roles of a simulated world, and takes no part. All times
 * are true ones but for those inside the messages.
 */
public interface Witness {

  /** A worker is there, with nothing on its GPUs. */
  default void joined(Announcement announcement, long now) {}

  default void left(WorkerId worker, long now) {}

  /** A client asked a gateway. */
  default void submitted(RequestId request, String model, long now) {}

  /** A gateway asked the controller. */
  default void asked(Request request, long now) {}

  /** A request reached the controller, which decides about it next. */
  default void arrived(Request request, long now) {}

  /** A gateway's word that nobody waits for the request any more reached the controller. */
  default void cancelled(RequestId request, long now) {}

  /** The controller said something about a request. */
  default void told(Verdict verdict, long now) {}

  /** A client was answered. */
  default void answered(GatewayId gateway, Answer answer, long now) {}

  /** The controller sent an action; its window is in true time. */
  default void sent(WorkerId worker, Action action, long now) {}

  /** An action reached its worker. */
  default void received(WorkerId worker, Action action, long now) {}

  /** An outcome reached the controller, with the worker's times. */
  default void ended(WorkerId worker, Outcome outcome, long now) {}

  default void begun(WorkerId worker, Task task, long workerNanos, long now) {}

  default void through(WorkerId worker, Task task, TaskResult result, long now) {}

  default void published(ModelStatus status, long now) {}

  default void telemetry(Telemetry event) {}

  /** Nothing is left to happen: all load was offered and everything had time to end. */
  default void quiet(long now) {}
}
