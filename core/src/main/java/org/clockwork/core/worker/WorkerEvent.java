package org.clockwork.core.worker;

import org.clockwork.core.action.Action;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.RequestId;

/** Everything that can happen to a worker. All times are on the worker's own clock. */
public sealed interface WorkerEvent {

  record ActionReceived(Action action) implements WorkerEvent {}

  /**
   * A gateway pushed the input of a request; it may come before or after the action that names it.
   */
  record InputsArrived(Inputs inputs) implements WorkerEvent {}

  /**
   * A gateway will not push the input of a request: it was answered meanwhile. Nobody reads what
   * comes out for it, but the others of its batch are to run.
   */
  record InputsWithdrawn(RequestId request) implements WorkerEvent {}

  /** An executor is through with a task, or refused to begin it. */
  record TaskEnded(Task task, TaskResult result) implements WorkerEvent {}

  /** The time asked for by {@link WorkerCommands#wakeAt} has come. */
  record WakeUp() implements WorkerEvent {}

  /** The worker joins, or a controller asks who is there. */
  record AnnouncementWanted() implements WorkerEvent {}

  /** No new actions from now on; what was accepted is still carried out. */
  record Draining() implements WorkerEvent {}

  /** Time is up: what is still open is answered now, and all pages are given back. */
  record Stopping() implements WorkerEvent {}
}
