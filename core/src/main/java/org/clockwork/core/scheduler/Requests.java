package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.Result;

/** Everybody who has asked and is owed an answer, which each gets once. */
final class Requests {
  private final Map<RequestId, Pending> pending = new HashMap<>();
  private Policy policy;
  private Commands out;

  /** How many there are whose inputs are with their gateways. */
  private int inputsHeld;

  void informs(Policy told) {
    policy = told;
  }

  /** Until the next call, answers go there. */
  void writesTo(Commands commands) {
    out = commands;
  }

  /** Whether any request's inputs are with its gateway. */
  boolean anyInputsAreHeld() {
    return inputsHeld > 0;
  }

  Optional<Pending> find(RequestId id) {
    return Optional.ofNullable(pending.get(id));
  }

  void admit(Pending request, long now) {
    pending.put(request.request().id(), request);
    inputsHeld += request.heldBytesPerRow() > 0 ? 1 : 0;
    enqueue(request, now);
  }

  /** Queues a request for the first time, or once more after its action failed. */
  private void enqueue(Pending request, long now) {
    request.model().queue(request);
    policy.queued(request, now);
  }

  /** They are on their way to a GPU, all of one model. */
  void sent(Model model, List<Pending> batch, long now) {
    for (Pending request : batch) {
      model.unqueue(request);
      request.state = Pending.State.SENT;
      request.promised = true;
    }
    policy.unqueued(model, batch, now);
  }

  /** Back to the queue where its deadline allows, else answered. */
  void retry(Pending request, long now) {
    if (request.state == Pending.State.ENDED) {
      return;
    }
    Weights weights = request.model().weights();
    if (request.deadlineNanos() <= now) {
      timeOut(request, now);
    } else if (weights.homeless()) {
      refuse(request, RefusalCause.NO_CAPACITY, weights.whyHomeless(), 0, now);
    } else {
      enqueue(request, now);
    }
  }

  void refuse(Pending request, RefusalCause cause, String reason, long retryAfterNanos, long now) {
    end(
        request,
        new Verdict.Refused(request.request().id(), cause, reason, retryAfterNanos),
        new Result.Refused(cause, reason, retryAfterNanos),
        now);
  }

  void timeOut(Pending request, long now) {
    end(request, new Verdict.TimedOut(request.request().id()), new Result.TimedOut(), now);
  }

  void failUnlessEnded(Pending request, ErrorCode code, String reason, long now) {
    if (request.state != Pending.State.ENDED) {
      end(
          request,
          new Verdict.Failed(request.request().id(), code, reason),
          new Result.Failed(code, reason),
          now);
    }
  }

  /** Answers a request that never got into a queue. */
  void turnAway(Request request, Model model, Verdict verdict, long now) {
    Weights weights = model.weights();
    weights.departures++;
    Result result =
        switch (verdict) {
          case Verdict.Refused(_, RefusalCause cause, String reason, long retryAfterNanos) ->
              new Result.Refused(cause, reason, retryAfterNanos);
          case Verdict.Failed(_, ErrorCode code, String reason) -> new Result.Failed(code, reason);
          case Verdict.TimedOut _ -> new Result.TimedOut();
          case Verdict.Dispatched _ ->
              throw new IllegalArgumentException("a dispatch doesn't turn a request away");
        };
    out.emit(
        new Telemetry.RequestEnded(
            now, request, result, weights.arrivals, weights.departures, !model.warm()));
    out.tell(verdict);
  }

  /** Answers a request that was made for a model of that name as another controller knew it. */
  void turnAwayFromBucket(Request request, Weights weights, long now) {
    turnAway(
        request,
        weights.models().getLast(),
        new Verdict.Failed(
            request.id(),
            ErrorCode.INVALID_INPUT,
            "%s has %d sequence lengths and the request is for number %d; ask again"
                .formatted(weights, weights.models().size(), request.bucket() + 1)),
        now);
  }

  /** Answers a request for a model that is not there, or not any more. */
  void turnAway(Request request, long now) {
    ErrorCode code = ErrorCode.UNKNOWN_MODEL;
    String reason = "no model is registered as " + request.model();
    out.emit(new Telemetry.RequestEnded(now, request, new Result.Failed(code, reason), 0, 0, true));
    out.tell(new Verdict.Failed(request.id(), code, reason));
  }

  /** The gateway has answered already; nothing is owed. */
  void cancel(Pending request, long now) {
    close(request, new Result.Cancelled(), now);
  }

  /** Looks at all requests, which is rare enough: a gateway leaves once. */
  void cancelAll(GatewayId gateway, long now) {
    List<Pending> orphans = new ArrayList<>();
    for (Pending request : pending.values()) {
      if (request.request().id().gateway().equals(gateway)) {
        orphans.add(request);
      }
    }
    orphans.sort(Comparator.comparing(orphan -> orphan.request().id()));
    for (Pending orphan : orphans) {
      cancel(orphan, now);
    }
  }

  private void end(Pending request, Verdict verdict, Result result, long now) {
    close(request, result, now);
    out.tell(verdict);
  }

  private void close(Pending request, Result result, long now) {
    boolean queued = request.state == Pending.State.QUEUED;
    request.state = Pending.State.ENDED;
    Model model = request.model();
    if (queued) {
      model.unqueue(request);
      policy.unqueued(model, List.of(request), now);
    }
    pending.remove(request.request().id());
    inputsHeld -= request.heldBytesPerRow() > 0 ? 1 : 0;
    model.weights().departures++;
    out.emit(
        new Telemetry.RequestEnded(
            now,
            request.request(),
            result,
            request.arrivals(),
            model.weights().departures,
            request.coldStart()));
  }

  void succeeded(Outstanding.Infer infer, Outcome.Inferred outcome, long now) {
    Result result = new Result.Succeeded(infer.batch(), outcome.exec().nanos());
    for (Pending request : infer.requests()) {
      if (request.state != Pending.State.ENDED) {
        close(request, result, now);
      }
    }
  }
}
