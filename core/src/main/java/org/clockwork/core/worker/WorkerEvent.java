package org.clockwork.core.worker;

import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.device.ModelSource;
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

  /**
   * The repository was looked at, as {@link WorkerCommands#look} asked for.
   *
   * @param found the model of that name, or else its versions; none where it can't be used
   * @param otherwise why there is none, for whoever asked
   */
  record Looked(String source, List<ModelSource> found, String otherwise) implements WorkerEvent {
    public Looked {
      found = List.copyOf(found);
    }
  }

  /** The time asked for by {@link WorkerCommands#wakeAt} has come. */
  record WakeUp() implements WorkerEvent {}

  /** The worker joins, or a controller asks who is there. */
  record AnnouncementWanted() implements WorkerEvent {}

  /** No new actions from now on; what was accepted is still carried out. */
  record Draining() implements WorkerEvent {}

  /** Time is up: what is still open is answered now, and all pages are given back. */
  record Stopping() implements WorkerEvent {}
}
