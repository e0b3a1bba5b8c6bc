package org.clockwork.core.scheduler;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;

/** Says at once what can be said at once: requests that can't succeed whatever any policy does. */
final class Admission {
  private final SchedulerConfig config;
  private final Policy policy;
  private final Delays delays;
  private boolean draining;

  /**
   * @param delays of messages to workers and from them
   */
  Admission(SchedulerConfig config, Policy policy, Delays delays) {
    this.config = config;
    this.policy = policy;
    this.delays = delays;
  }

  void drain() {
    draining = true;
  }

  /** What is decided of a request on arrival. */
  sealed interface Decision {
    record Queue(long deadlineNanos) implements Decision {}

    record Turn(Verdict verdict) implements Decision {}
  }

  Decision decide(Request request, Model model, long now) {
    Weights weights = model.weights();
    if (draining) {
      return refuse(request, RefusalCause.DRAINING, "the controller is shutting down", 0);
    }
    if (weights.residences.isEmpty() && weights.hosts.isEmpty()) {
      return refuse(
          request,
          RefusalCause.NO_CAPACITY,
          "no worker holds " + weights + " in host memory; start one that has its files",
          0);
    }
    if (request.rows() > model.largestBatch()) {
      return new Decision.Turn(
          new Verdict.Failed(
              request.id(),
              ErrorCode.INVALID_BATCH_SIZE,
              "request has %d rows; the largest batch of %s is %d"
                  .formatted(request.rows(), model, model.largestBatch())));
    }
    if (weights.queued() >= config.maxQueuedPerModel()) {
      return refuse(
          request,
          RefusalCause.QUEUE,
          weights.queued()
              + " requests of "
              + weights
              + " are waiting, as many as may (maxQueuedPerModel)",
          0);
    }
    long leg = config.controlLegNanos(); // Or less, where that was measured.
    long least =
        model.shortestExecNanos(request.rows())
            + Math.min(leg, delays.outwardNanos())
            + Math.min(leg, delays.homewardNanos());
    if (now + least > request.deadlineNanos()) {
      model.doubtEstimates(now);
      return refuse(
          request,
          RefusalCause.NO_CAPACITY,
          "an idle device takes "
              + Millis.text(least)
              + " ms for it and the objective is "
              + Millis.text(request.sloNanos())
              + " ms",
          0);
    }
    if (!model.warm()) {
      long cold = loadedInNanos(model, now) + least;
      if (now + cold > request.deadlineNanos()) {
        model.doubtLoad(now);
        return refuse(
            request,
            RefusalCause.COLD_START,
            model
                + " is on no GPU yet; to load and run it takes "
                + Millis.text(cold)
                + " ms and the objective is "
                + Millis.text(request.sloNanos())
                + " ms",
            cold);
      }
    }
    return new Decision.Queue(request.deadlineNanos() - policy.bufferNanos(request));
  }

  /** Until the model can be on a GPU: of a LOAD now, or of those on their way. */
  private static long loadedInNanos(Model model, long now) {
    long soonest = Long.MAX_VALUE;
    for (Replica loading : model.replicas) {
      soonest = Math.min(soonest, loading.gpu().load().outstandingNanos(now));
    }
    return model.replicas.isEmpty() ? model.shortestLoadNanos() : soonest;
  }

  private static Decision refuse(
      Request request, RefusalCause cause, String reason, long retryAfterNanos) {
    return new Decision.Turn(new Verdict.Refused(request.id(), cause, reason, retryAfterNanos));
  }
}
