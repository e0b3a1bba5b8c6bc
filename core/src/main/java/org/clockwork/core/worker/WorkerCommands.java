package org.clockwork.core.worker;

import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Outputs;

/**
 * What a worker wants done. It is called back during {@link Worker#on} and must not call the worker
 * in turn: a task that ends at once is reported by a later event.
 */
public interface WorkerCommands {

  /** Put into the queue of the executor that the task names; its end is to be reported once. */
  void run(Task task);

  void send(Outcome outcome);

  /** To the controller: all inputs that gateways push for this INFER are here. */
  void tellInputsArrived(ActionId infer, long nanos);

  /** To the gateway that the outputs' request names. */
  void deliver(Outputs outputs);

  /**
   * Nobody here reads these inputs any more: the device has its own copy, or they came to nothing.
   * Whoever brought them may use their memory again. Not told of all that come to nothing.
   */
  default void through(Tensors inputs) {}

  void announce(Announcement announcement);

  /**
   * Look for that model in the repository, where it may have come, or may have changed; a {@link
   * WorkerEvent.Looked} is to say what is there.
   */
  void look(String source);

  /** To the controller: nothing new is accepted from now on. */
  void retire();

  /**
   * Bring a {@link WorkerEvent.WakeUp} at this time or soon after; a later call replaces this one.
   */
  void wakeAt(long nanos);
}
