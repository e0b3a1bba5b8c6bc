package org.clockwork.core.sim;

import static org.clockwork.core.sim.InvariantBroken.unless;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;

/** The way of each request from its client to the answer, by the messages about it. */
final class RequestAccount {
  private final int maxQueuedPerModel;
  private final SequencedMap<RequestId, Standing> open = new LinkedHashMap<>();
  private final Map<GatewayId, Long> lastSubmitted = new HashMap<>();
  private final Map<ModelId, Integer> waiting = new HashMap<>();
  private long answers;

  /** Where a request stands with the controller. */
  private enum Stage {
    UNKNOWN,
    /** Arrived, and neither sent nor answered. */
    WAITING,
    SENT,
    /** Its action came to nothing. It may wait once more, beyond the bound of the queue. */
    RETURNED,
    OVER
  }

  private static final class Standing {
    final long submittedNanos;
    Request request;
    Stage stage = Stage.UNKNOWN;
    ActionId action;
    boolean dispatched;
    boolean executed;
    boolean answered;
    boolean reported;

    Standing(long submittedNanos) {
      this.submittedNanos = submittedNanos;
    }

    boolean through() {
      return answered && (request == null || (stage == Stage.OVER && reported));
    }
  }

  RequestAccount(int maxQueuedPerModel) {
    this.maxQueuedPerModel = maxQueuedPerModel;
  }

  long answers() {
    return answers;
  }

  // Between client and gateway

  void submitted(RequestId id, long now) {
    long last = lastSubmitted.getOrDefault(id.gateway(), -1L);
    unless(id.number() > last, now, () -> "request id %s was used before".formatted(id));
    lastSubmitted.put(id.gateway(), id.number());
    open.put(id, new Standing(now));
  }

  void asked(Request request, long now) {
    Standing standing = open.get(request.id());
    unless(
        standing != null && standing.request == null && !standing.answered,
        now,
        () -> "%s was asked for twice, or by nobody".formatted(request));
    standing.request = request;
  }

  void answered(Answer answer, long now) {
    answers++;
    RequestId id = answer.request();
    Standing standing = open.get(id);
    boolean submitted = id.number() <= lastSubmitted.getOrDefault(id.gateway(), -1L);
    unless(submitted, now, () -> "%s was answered but never submitted".formatted(id));
    unless(
        standing != null && !standing.answered,
        now,
        () -> "request %s was answered twice, now with %s".formatted(id, answer));
    standing.answered = true;
    if (standing.request != null) {
      answeredInTime(standing, answer, now);
    }
    forgetIfThrough(id, standing);
  }

  private static void answeredInTime(Standing standing, Answer answer, long now) {
    Request request = standing.request;
    unless(
        now <= request.deadlineNanos(),
        now,
        () ->
            "request %s was answered %.3f ms after its deadline, with %s"
                .formatted(request.id(), (now - request.deadlineNanos()) / 1e6, answer));
    if (answer instanceof Answer.Succeeded success) {
      unless(
          standing.executed,
          now,
          () -> "request %s succeeded but no EXEC has run for it".formatted(request.id()));
      unless(
          !success.met()
              || (now - standing.submittedNanos <= request.sloNanos()
                  && success.latencyNanos() <= request.sloNanos()),
          now,
          () ->
              "request %s took %.3f ms, more than its objective, and was called good"
                  .formatted(request.id(), (now - standing.submittedNanos) / 1e6));
    }
  }

  // At the controller

  void arrived(Request request, long now) {
    Standing standing = open.get(request.id());
    unless(
        standing != null && standing.stage == Stage.UNKNOWN,
        now,
        () -> "%s arrived twice, or nobody sent it".formatted(request));
    int before = waiting.getOrDefault(request.model(), 0);
    unless(
        before <= maxQueuedPerModel,
        now,
        () -> "%d requests of %s wait, more than may".formatted(before, request.model()));
    move(standing, Stage.WAITING);
  }

  void cancelled(RequestId id) {
    Standing standing = open.get(id);
    if (standing != null) {
      move(standing, Stage.OVER);
      forgetIfThrough(id, standing);
    }
  }

  /** The controller ends a request; a dispatch is {@link #dispatched}. */
  void ended(Verdict verdict, long now) {
    Standing standing = open.get(verdict.request());
    unless(
        standing != null && (standing.stage == Stage.WAITING || standing.stage == Stage.RETURNED),
        now,
        () ->
            "%s was told of a request that is %s"
                .formatted(verdict, standing == null ? Stage.OVER : standing.stage));
    move(standing, Stage.OVER);
    forgetIfThrough(verdict.request(), standing);
  }

  void sent(Action.Infer infer, long now) {
    for (Action.Part part : infer.parts()) {
      Standing standing = open.get(part.request());
      unless(
          standing != null && (standing.stage == Stage.WAITING || standing.stage == Stage.RETURNED),
          now,
          () ->
              "%s carries request %s, which is %s"
                  .formatted(
                      infer, part.request(), standing == null ? Stage.OVER : standing.stage));
      unless(
          standing.request.model().equals(infer.model())
              && standing.request.bucket() == infer.bucket()
              && standing.request.rows() == part.rows(),
          now,
          () -> "%s carries %s, which does not fit it".formatted(infer, standing.request));
      move(standing, Stage.SENT);
      standing.action = infer.id();
      standing.dispatched = false;
    }
  }

  void dispatched(Verdict.Dispatched dispatch, long now) {
    Standing standing = open.get(dispatch.request());
    unless(
        standing != null
            && standing.stage == Stage.SENT
            && standing.action.equals(dispatch.action()),
        now,
        () -> "%s was told, but no such action carries the request".formatted(dispatch));
    standing.dispatched = true;
  }

  void executed(Action.Infer infer) {
    for (Action.Part part : infer.parts()) {
      Standing standing = open.get(part.request());
      if (standing != null) {
        standing.executed = true;
      }
    }
  }

  /** The INFER has its outcome, or its worker has left. */
  void ended(Action.Infer infer, boolean succeeded, long now) {
    for (Action.Part part : infer.parts()) {
      Standing standing = open.get(part.request());
      if (standing != null && standing.stage == Stage.SENT && standing.action.equals(infer.id())) {
        unless(
            standing.dispatched,
            now,
            () -> "%s was never told that %s carries it".formatted(part.request(), infer.id()));
        move(standing, succeeded ? Stage.OVER : Stage.RETURNED);
        forgetIfThrough(part.request(), standing);
      }
    }
  }

  /** The controller's own account says that the request has ended. */
  void reported(RequestId id, long now) {
    Standing standing = open.get(id);
    unless(
        standing != null && !standing.reported,
        now,
        () -> "the end of request %s was reported twice, or before it came".formatted(id));
    standing.reported = true;
    forgetIfThrough(id, standing);
  }

  void quiet(long now) {
    open.forEach(
        (id, standing) -> {
          unless(
              standing.answered,
              now,
              () -> "request %s was never answered, it is %s".formatted(id, standing.stage));
          unless(
              standing.stage == Stage.OVER,
              now,
              () -> "request %s was answered but is %s".formatted(id, standing.stage));
          unless(
              standing.reported,
              now,
              () -> "the end of request %s was never reported".formatted(id));
        });
  }

  private void move(Standing standing, Stage to) {
    if (standing.stage == Stage.WAITING) {
      waiting.merge(standing.request.model(), -1, Integer::sum);
    }
    if (to == Stage.WAITING) {
      waiting.merge(standing.request.model(), 1, Integer::sum);
    }
    standing.stage = to;
  }

  private void forgetIfThrough(RequestId id, Standing standing) {
    if (standing.through()) {
      open.remove(id);
    }
  }
}
