package org.clockwork.core.telemetry;

import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;

/**
 * What the scheduler tells about itself. Logs, summaries, metrics, dashboard and explain all read
 * these events and nothing else.
 */
public sealed interface Telemetry {

  /** When it happened, on the controller's clock. */
  long nanos();

  /** How a request ended, as the controller knows it. */
  sealed interface Result {
    record Succeeded(int batch, long execNanos) implements Result {}

    /**
     * @param retryAfterNanos from then, when a retry was expected to succeed; 0 where nothing is
     *     known
     */
    record Refused(RefusalCause cause, String reason, long retryAfterNanos) implements Result {}

    record TimedOut() implements Result {}

    record Cancelled() implements Result {}

    record Failed(ErrorCode code, String reason) implements Result {}
  }

  /**
   * A request came to its end, whichever.
   *
   * @param arrivals requests of the same model that had arrived when this one did
   * @param departures requests of the same model that had ended when this one did
   * @param coldStart no GPU held the model when it arrived
   */
  record RequestEnded(
      long nanos, Request request, Result result, long arrivals, long departures, boolean coldStart)
      implements Telemetry {
    public long latencyNanos() {
      return nanos - request.arrivedNanos();
    }

    public boolean met() {
      return result instanceof Result.Succeeded && latencyNanos() <= request.sloNanos();
    }
  }

  /** What was predicted when an action was sent. */
  record Prediction(long sentNanos, long beginNanos, long durationNanos) {
    public long endNanos() {
      return beginNanos + durationNanos;
    }
  }

  /**
   * An action was sent to a worker.
   *
   * @param action with its window on the controller's clock
   */
  record ActionSent(long nanos, GpuId gpu, Action.OnGpu action, Prediction prediction)
      implements Telemetry {}

  /** What kind of action it was, with the number that the published logs give it. */
  enum ActionType {
    LOAD(1),
    INFER(2),
    UNLOAD(3);

    private final int number;

    ActionType(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /**
   * An action's outcome came back: what was predicted of it, and what became of it.
   *
   * @param batch batch size of an INFER, otherwise 0
   * @param goodput requests of an INFER that were answered inside their objective
   * @param requestsQueued requests of the model still queued
   * @param copiesLoaded GPUs that hold the model
   */
  record ActionEnded(
      long nanos,
      ActionType type,
      GpuId gpu,
      ModelId model,
      int batch,
      Prediction prediction,
      Outcome outcome,
      int goodput,
      int requestsQueued,
      int copiesLoaded)
      implements Telemetry {}
}
