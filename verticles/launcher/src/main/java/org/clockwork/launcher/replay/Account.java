package org.clockwork.launcher.replay;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.workload.Ending;

/**
 * Keeps the books of a load by what passes through its scheduler, recorded or simulated alike:
 * which requests came, and how each ended.
 */
final class Account implements Consumer<Entry.Turn> {
  /** Three digits: what is shown is off by at most 0.1 %. */
  private static final int DIGITS = 3;

  /** Gateways count on clocks of their own; so much before a deadline, one may have passed. */
  private static final long CLOCKS_APART_NANOS = 1_000_000;

  private final Map<RequestId, Request> open = new HashMap<>();
  private final Map<ActionId, Batch> batches = new HashMap<>();
  private final Map<RefusalCause, Long> refused = new EnumMap<>(RefusalCause.class);
  private final Map<String, Long> failed = new TreeMap<>();
  private final Histogram latency = new Histogram(DIGITS);
  private long offered;
  private long succeeded;
  private long met;
  private long timedOut;
  private long cancelled;

  /** An INFER under way. */
  private record Batch(WorkerId worker, List<RequestId> requests) {}

  /** Whether a request that nobody waits for any more was given up by its deadline, not before. */
  static boolean expired(Request request, long nowNanos) {
    return nowNanos >= request.deadlineNanos() - CLOCKS_APART_NANOS;
  }

  @Override
  public void accept(Entry.Turn turn) {
    happened(turn.event(), turn.nanos());
    for (Command command : turn.commands()) {
      switch (command) {
        case Command.Send(WorkerId worker, Action.Infer infer) ->
            batches.put(
                infer.id(),
                new Batch(worker, infer.parts().stream().map(Action.Part::request).toList()));
        case Command.Tell(Verdict verdict) -> told(verdict);
        case Command.Send _, Command.Publish _, Command.WakeAt _ -> {}
      }
    }
  }

  private void happened(Event event, long nowNanos) {
    switch (event) {
      case Event.RequestArrived(Request request) -> {
        if (open.putIfAbsent(request.id(), request) == null) {
          offered++;
        }
      }
      case Event.RequestCancelled(RequestId id) -> {
        Request request = open.remove(id);
        if (request != null) {
          cancelled(request, nowNanos);
        }
      }
      case Event.GatewayLeft(var gateway) ->
          open.values()
              .removeIf(
                  request -> {
                    boolean orphan = request.id().gateway().equals(gateway);
                    if (orphan) {
                      cancelled(request, nowNanos);
                    }
                    return orphan;
                  });
      case Event.ActionEnded(WorkerId _, Outcome outcome) -> {
        Batch batch = batches.remove(outcome.action());
        if (batch != null && outcome instanceof Outcome.Inferred) {
          batch.requests().forEach(request -> succeeded(request, nowNanos));
        }
      }
      case Event.WorkerLeft(WorkerId worker) ->
          batches.values().removeIf(batch -> batch.worker().equals(worker));
      case Event.InputsArrived _,
          Event.WorkerAnnounced _,
          Event.WorkerRetires _,
          Event.ModelWanted _,
          Event.ModelUnwanted _,
          Event.TenantsWeighted _,
          Event.WakeUp _,
          Event.Draining _ -> {}
    }
  }

  private void cancelled(Request request, long nowNanos) {
    if (expired(request, nowNanos)) {
      timedOut++;
    } else {
      cancelled++;
    }
  }

  private void succeeded(RequestId id, long nowNanos) {
    Request request = open.remove(id);
    if (request != null) {
      long latencyNanos = Math.max(0, nowNanos - request.arrivedNanos());
      latency.recordValue(latencyNanos);
      succeeded++;
      if (latencyNanos <= request.sloNanos()) {
        met++;
      }
    }
  }

  private void told(Verdict verdict) {
    switch (verdict) {
      case Verdict.Dispatched _ -> {}
      case Verdict.Refused(RequestId id, RefusalCause cause, String _, long _) -> {
        if (open.remove(id) != null) {
          refused.merge(cause, 1L, Long::sum);
        }
      }
      case Verdict.TimedOut(RequestId id) -> {
        if (open.remove(id) != null) {
          timedOut++;
        }
      }
      case Verdict.Failed(RequestId id, var code, String _) -> {
        if (open.remove(id) != null) {
          failed.merge(Ending.Failed.of(code).cause(), 1L, Long::sum);
        }
      }
    }
  }

  /** A request that its gateway answered by itself, and the controller never saw. */
  void turnedAway(Answer answer) {
    offered++;
    switch (Ending.of(answer)) {
      case Ending.Refused(RefusalCause cause, long _) -> refused.merge(cause, 1L, Long::sum);
      case Ending.Failed(String cause) -> failed.merge(cause, 1L, Long::sum);
      case Ending.TimedOut _ -> timedOut++;
      case Ending.Succeeded _ ->
          throw new IllegalStateException(
              "request %s succeeded, but its controller never saw it".formatted(answer.request()));
    }
  }

  Figures figures() {
    return new Figures(
        offered,
        succeeded,
        met,
        refused,
        timedOut,
        cancelled,
        failed,
        open.size(),
        Figures.millis(latency, 50),
        Figures.millis(latency, 99),
        latency.getMaxValue() / 1e6);
  }
}
