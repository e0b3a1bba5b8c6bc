package org.clockwork.core.scheduler;

import java.util.List;
import java.util.function.Function;
import org.clockwork.core.request.RefusalCause;

/**
 * What a policy can do. The board keeps the books: pages, timelines, outstanding actions and the
 * one answer that each request gets. A policy that asks for something that can't be is a broken
 * invariant and stops the node.
 */
public interface Board {
  /**
   * A GPU whose next inputs have to come is fed earlier by the time that they take, and at most by
   * this: ten times what a batch of images takes on a fast network.
   */
  long INPUTS_AHEAD_NANOS_MAX = 50_000_000;

  SchedulerConfig config();

  /** Alarms of the policy's own. */
  Timers timers();

  /**
   * A policy's notes of its own, of models or of GPUs.
   *
   * @param blank makes the note of one that has none yet
   */
  <B extends Notes.Bearer, N> Notes<B, N> notes(Function<B, N> blank);

  /** Of messages to any worker and from any, for what is bound to none yet. */
  Delays delays();

  /** Earliest time at which an INFER sent now would begin, if its inputs were there. */
  long beginNanos(Gpu gpu, long now);

  /**
   * Earliest time at which an INFER of the replica's model sent now would begin.
   *
   * @param rows of the next requests in the model's queue, whose inputs may have to come
   */
  long beginNanos(Replica replica, int rows, long now);

  /** Whether any request's inputs are with its gateway; else all come with their actions. */
  boolean anyInputsAreHeld();

  /**
   * Time that the inputs of so many rows like this request's take to come to the GPU's worker; 0
   * where they are there with their action.
   */
  long inputNanos(Gpu gpu, Pending request, int rows);

  /**
   * From when on the way to the GPU's worker has room for more inputs; the end of time where
   * nothing is known but that an arrival is to be awaited, after which {@link Policy#room} follows.
   *
   * @param aheadNanos before it is through with what was asked for
   */
  long inputRoomAtNanos(Gpu gpu, long aheadNanos, long now);

  /** Sends these queued requests of the replica's model as one batch, in the usual window. */
  default void infer(Replica replica, int batch, List<Pending> requests, long now) {
    infer(replica, batch, requests, config().latestDeltaNanos(), now);
  }

  /**
   * The same in a window of its own.
   *
   * @param latestDeltaNanos it may begin so long after it was expected to, as far as the requests'
   *     deadlines allow; longer where the worker was later than that of late
   */
  void infer(Replica replica, int batch, List<Pending> requests, long latestDeltaNanos, long now);

  /** Sends a LOAD; the pages must be free. */
  Residence load(Gpu gpu, Weights weights, long now);

  /** Sends an UNLOAD of idle weights; their pages are free at once. */
  void unload(Residence residence, long now);

  /** Answers a queued request with a refusal. */
  void refuse(Pending request, RefusalCause cause, String reason, long retryAfterNanos, long now);

  /** Answers a queued request with a time-out. */
  void timeOut(Pending request, long now);
}
