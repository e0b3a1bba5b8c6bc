package org.clockwork.launcher.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.RecordedLoad;
import org.clockwork.core.workload.RecordedLoad.Arrival;

/** The requests of a recording, as they came to each gateway, and which were given up. */
final class Requests implements Consumer<Entry.Turn> {
  /** What is asked again, is asked again by then. */
  private static final long ASKED_AGAIN_NANOS = 1_000_000_000;

  private final long beginNanos;
  private final SequencedMap<GatewayId, List<Arrival>> arrivals = new LinkedHashMap<>();
  private final Map<ModelId, String> names = new HashMap<>();
  private final Map<RequestId, Place> open = new HashMap<>();
  private final Queue<Request> byArrival = new ArrayDeque<>();
  private long firstNanos = Long.MAX_VALUE;
  private long lastNanos;
  private long longestSloNanos;

  /** Where a request stands among those of its gateway. */
  private record Place(Request request, int index) {}

  /**
   * @param beginNanos from when times count
   */
  Requests(long beginNanos) {
    this.beginNanos = beginNanos;
  }

  @Override
  public void accept(Entry.Turn turn) {
    switch (turn.event()) {
      case Event.RequestArrived(Request request) -> arrived(request, turn.nanos());
      case Event.RequestCancelled(RequestId id) -> {
        Place place = open.remove(id);
        if (place != null) {
          cancelled(place, turn.nanos());
        }
      }
      case Event.GatewayLeft(GatewayId gateway) ->
          open.values().stream()
              .filter(place -> place.request().id().gateway().equals(gateway))
              .forEach(place -> cancelled(place, turn.nanos()));
      case Event.WorkerAnnounced(var announcement) -> {
        for (HostedModel model : announcement.hosted()) {
          names.put(model.id(), model.spec().name());
        }
      }
      case Event.ActionEnded _,
          Event.InputsArrived _,
          Event.WorkerRetires _,
          Event.WorkerLeft _,
          Event.ModelWanted _,
          Event.ModelUnwanted _,
          Event.TenantsWeighted _,
          Event.WakeUp _,
          Event.Draining _ -> {}
    }
    for (Command command : turn.commands()) {
      switch (command) {
        case Command.Send(WorkerId _, Action.Register register) ->
            names.put(register.model(), register.name());
        case Command.Publish(ModelStatus.Ready ready) -> names.put(ready.id(), ready.name());
        case Command.Send _, Command.Publish _, Command.Tell _, Command.WakeAt _ -> {}
      }
    }
  }

  private void arrived(Request request, long nowNanos) {
    forgetUntil(nowNanos);
    if (open.containsKey(request.id())) {
      return;
    }
    // One that another controller was asked before has so much less time.
    long elapsedNanos = Math.max(0, request.arrivedNanos() - beginNanos);
    long sloNanos = Math.max(1, request.deadlineNanos() - beginNanos - elapsedNanos);
    List<Arrival> own = arrivals.computeIfAbsent(request.id().gateway(), _ -> new ArrayList<>());
    open.put(request.id(), new Place(request, own.size()));
    byArrival.add(request);
    own.add(
        new Arrival(
            elapsedNanos,
            names.getOrDefault(request.model(), request.model() + " (unknown)"),
            request.rows(),
            Objective.ofNanos(sloNanos),
            request.tenant(),
            request.priority(),
            Course.NEVER));
    firstNanos = Math.min(firstNanos, elapsedNanos);
    lastNanos = Math.max(lastNanos, elapsedNanos);
    longestSloNanos = Math.max(longestSloNanos, sloNanos);
  }

  private void forgetUntil(long nowNanos) {
    while (!byArrival.isEmpty()
        && byArrival.peek().deadlineNanos() + ASKED_AGAIN_NANOS < nowNanos) {
      open.remove(byArrival.poll().id());
    }
  }

  private void cancelled(Place place, long nowNanos) {
    if (!Account.expired(place.request(), nowNanos)) {
      List<Arrival> own = arrivals.get(place.request().id().gateway());
      Arrival arrival = own.get(place.index());
      own.set(
          place.index(),
          arrival.givenUpAt(Math.max(arrival.elapsedNanos(), nowNanos - beginNanos)));
    }
  }

  SequencedMap<GatewayId, RecordedLoad> loads() {
    SequencedMap<GatewayId, RecordedLoad> loads = new LinkedHashMap<>();
    arrivals.forEach((gateway, own) -> loads.put(gateway, new RecordedLoad(own)));
    return loads;
  }

  boolean isEmpty() {
    return arrivals.isEmpty();
  }

  /** From the first request to the last. */
  double seconds() {
    return isEmpty() ? 0 : (lastNanos - firstNanos) / 1e9;
  }

  /** When the first one came. */
  long firstNanos() {
    return firstNanos;
  }

  long lastNanos() {
    return lastNanos;
  }

  long longestSloNanos() {
    return longestSloNanos;
  }
}
