package org.clockwork.benchmarks.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;

/**
 * Workers that cost next to nothing: each action ends its profiled time after the last one on the
 * same executor, in virtual time. They stand in for the worker's state machine, whose cost is not
 * to be measured here.
 */
final class VirtualWorkers {
  private static final int GPUS_PER_WORKER = 4;
  private static final long LEG_NANOS = 200_000;

  private final List<Measured> models;
  private final Map<WorkerId, long[]> execFreeNanos = new HashMap<>();
  private final Map<WorkerId, long[]> loadFreeNanos = new HashMap<>();
  private final List<Announcement> announcements = new ArrayList<>();
  private final PriorityQueue<Due> outcomes = new PriorityQueue<>();
  private long sent;
  private long loads;

  /** An outcome on its way; those that come at the same time come in the order of their actions. */
  private record Due(long nanos, long order, Event.ActionEnded event) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return nanos != other.nanos
          ? Long.compare(nanos, other.nanos)
          : Long.compare(order, other.order);
    }
  }

  VirtualWorkers(Mix mix, int gpus) {
    models = mix.models().stream().map(Mix.Asked::kind).toList();
    DeviceSpec spec = mix.gpu(gpus);
    List<Announcement.Source> sources =
        models.stream()
            .map(Measured::name)
            .distinct()
            .map(name -> new Announcement.Source(name, 0, false))
            .toList();
    for (int first = 0; first < gpus; first += GPUS_PER_WORKER) {
      WorkerId id = new WorkerId("W" + announcements.size());
      int count = Math.min(GPUS_PER_WORKER, gpus - first);
      execFreeNanos.put(id, new long[count]);
      loadFreeNanos.put(id, new long[count]);
      announcements.add(
          new Announcement(
              id,
              new NodeId("virtual"),
              Collections.nCopies(count, spec),
              sources,
              List.of(),
              Collections.nCopies(count, Set.of())));
    }
  }

  List<Announcement> announcements() {
    return announcements;
  }

  /** LOADs done so far. */
  long loads() {
    return loads;
  }

  /** When the next outcome reaches the controller; Long.MAX_VALUE where none is on its way. */
  long nextNanos() {
    Due first = outcomes.peek();
    return first == null ? Long.MAX_VALUE : first.nanos();
  }

  Event next() {
    return outcomes.remove().event();
  }

  void take(WorkerId worker, Action action, long now) {
    long received = now + LEG_NANOS;
    switch (action) {
      case Action.Infer infer -> {
        long exec = modelOf(infer).profiles().bucket(infer.bucket()).execNanos().get(infer.batch());
        runs(worker, infer, execFreeNanos.get(worker), exec, received);
      }
      case Action.Load load -> {
        loads++;
        runs(
            worker, load, loadFreeNanos.get(worker), modelOf(load).profile().loadNanos(), received);
      }
      case Action.Unload unload ->
          ends(worker, new Outcome.Unloaded(unload.id(), stamps(received, received)), received);
      case Action.Register register -> {
        Measured model = modelOf(register);
        HostedModel hosted =
            HostedModel.of(
                register.model(),
                model.spec().named(register.name()),
                Map.of("simulated", model.profile()));
        ends(
            worker,
            new Outcome.Registered(register.id(), hosted, stamps(received, received)),
            received);
      }
      case Action.Withdraw withdraw ->
          ends(worker, new Outcome.Withdrawn(withdraw.id(), stamps(received, received)), received);
    }
  }

  private void runs(
      WorkerId worker, Action.OnGpu action, long[] freeNanos, long durationNanos, long received) {
    long begin = Math.max(freeNanos[action.gpu()], received);
    if (begin > action.window().latestNanos()) {
      long refusedNanos = Math.max(action.window().latestNanos(), received);
      Outcome refused =
          new Outcome.Refused(
              action.id(),
              ErrorCode.COULD_NOT_START_IN_TIME,
              "too late",
              stamps(received, refusedNanos));
      ends(worker, refused, refusedNanos);
      return;
    }
    long end = begin + durationNanos;
    freeNanos[action.gpu()] = end;
    Span span = new Span(begin, end);
    Outcome done =
        action instanceof Action.Load
            ? new Outcome.Loaded(action.id(), span, stamps(received, end))
            : new Outcome.Inferred(
                action.id(),
                new Span(begin, begin),
                span,
                new Span(end, end),
                stamps(received, end));
    ends(worker, done, end);
  }

  private void ends(WorkerId worker, Outcome outcome, long sentNanos) {
    outcomes.add(new Due(sentNanos + LEG_NANOS, sent++, new Event.ActionEnded(worker, outcome)));
  }

  private Measured modelOf(Action action) {
    return models.get(action.model().value());
  }

  private static Outcome.Stamps stamps(long received, long sent) {
    return new Outcome.Stamps(received, sent);
  }
}
