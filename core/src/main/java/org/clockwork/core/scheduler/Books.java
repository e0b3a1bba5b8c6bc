package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Window;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;

/** Keeps account of actions: whatever is sent is outstanding until its outcome. */
final class Books implements Board {
  /**
   * Pushed inputs may come so much later than foreseen: several batches of images, on a network
   * that is busy or a machine whose cores are.
   */
  private static final long INPUTS_LATE_NANOS_MAX = 50_000_000;

  /** Of the execution time a promise leaves a twentieth for noise, beside the network's margin. */
  private static final long PROMISE_SHARE = 20;

  private final long term;
  private final SchedulerConfig config;
  private final Timers timers;
  private final Delays pooled;
  private final Requests requests;
  private Policy policy;
  private Commands out;
  private long actions;

  private int notesMade;

  Books(long term, SchedulerConfig config, Timers timers, Requests requests) {
    this.term = term;
    this.config = config;
    this.timers = timers;
    this.requests = requests;
    this.pooled = new Delays(config.controlLegNanos());
  }

  void informs(Policy told) {
    policy = told;
    requests.informs(told);
  }

  /** Until the next call, commands go there. */
  void writesTo(Commands commands) {
    out = commands;
    requests.writesTo(commands);
  }

  Commands out() {
    return out;
  }

  @Override
  public SchedulerConfig config() {
    return config;
  }

  @Override
  public Timers timers() {
    return timers;
  }

  @Override
  public void refuse(
      Pending request, RefusalCause cause, String reason, long retryAfterNanos, long now) {
    requests.refuse(request, cause, reason, retryAfterNanos, now);
  }

  @Override
  public void timeOut(Pending request, long now) {
    requests.timeOut(request, now);
  }

  @Override
  public long beginNanos(Gpu gpu, long now) {
    return gpu.exec().freeAtNanos(now + gpu.host().delays().outwardNanos());
  }

  @Override
  public long beginNanos(Replica replica, int rows, long now) {
    long begin = beginNanos(replica.gpu(), now);
    if (!anyInputsAreHeld()) {
      return begin;
    }
    RequestQueue queue = replica.model().queue();
    if (queue.isEmpty() || queue.first().heldBytesPerRow() == 0) {
      return begin;
    }
    long bytes = rows * queue.first().heldBytesPerRow();
    return Math.max(begin, replica.gpu().host().inputs.arrivalNanos(bytes, now));
  }

  @Override
  public boolean anyInputsAreHeld() {
    return requests.anyInputsAreHeld();
  }

  @Override
  public long inputNanos(Gpu gpu, Pending request, int rows) {
    return gpu.host().inputs.nanosFor(rows * request.heldBytesPerRow());
  }

  @Override
  public long inputRoomAtNanos(Gpu gpu, long aheadNanos, long now) {
    return gpu.host().inputs.roomAtNanos(aheadNanos, config.maxLagNanos(), now);
  }

  /** For a worker that joins. The controller's word goes to the gateway first: two legs. */
  InputLink newLink() {
    return new InputLink(2 * config.controlLegNanos());
  }

  /** For a worker that joins: until it was heard of, it is as the others are. */
  Delays newDelays() {
    return new Delays(pooled.outwardNanos());
  }

  @Override
  public <B extends Notes.Bearer, N> Notes<B, N> notes(Function<B, N> blank) {
    return new Notes<>(notesMade++, blank);
  }

  @Override
  public Delays delays() {
    return pooled;
  }

  /** An action's outcome is back: whoever plans learns from it. */
  void back(Outstanding action, Outcome outcome, long now) {
    boolean pushed = action instanceof Outstanding.Infer infer && infer.transfer().isPresent();
    long sentNanos = action.prediction().sentNanos();
    action.host().delays().observe(outcome, sentNanos, pushed, now);
    pooled.observe(outcome, sentNanos, pushed, now);
    action.host().lateness.observe(outcome, action.prediction());
  }

  /**
   * When a batch may begin at the latest: what begins too late for its answers is work for nothing.
   * Where inputs are pushed for it they may be late, and to push them once more would be worse than
   * to run late as long as half of the requests are in time.
   */
  private long latestNanos(
      List<Pending> requests,
      boolean pushed,
      long begin,
      long patienceNanos,
      long duration,
      long homewardNanos) {
    long pressing = pushed ? medianDeadlineNanos(requests) : earliestDeadlineNanos(requests);
    long expected = begin + patienceNanos + (pushed ? INPUTS_LATE_NANOS_MAX : 0);
    return Math.min(expected, pressing - duration - homewardNanos);
  }

  private static long earliestDeadlineNanos(List<Pending> requests) {
    long earliest = Long.MAX_VALUE;
    for (Pending each : requests) {
      earliest = Math.min(earliest, each.request().deadlineNanos());
    }
    return earliest;
  }

  private static long medianDeadlineNanos(List<Pending> requests) {
    return requests.stream()
        .mapToLong(pending -> pending.request().deadlineNanos())
        .sorted()
        .skip(requests.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  /** Of all inputs that gateways are to push for a batch. */
  private static long heldBytes(List<Pending> requests) {
    long bytes = 0;
    for (Pending request : requests) {
      bytes += request.rows() * request.heldBytesPerRow();
    }
    return bytes;
  }

  @Override
  public void infer(
      Replica replica, int batch, List<Pending> requests, long latestDeltaNanos, long now) {
    Gpu gpu = replica.gpu();
    long free = beginNanos(gpu, now);
    InputLink link = gpu.host().inputs;
    long heldBytes = heldBytes(requests);
    long begin = heldBytes == 0 ? free : Math.max(free, link.arrivalNanos(heldBytes, now));
    long duration = replica.estimates().execNanosForRows(batch);
    Delays delays = gpu.host().delays();
    long patience = gpu.host().lateness.patienceNanos(latestDeltaNanos);
    long latest =
        latestNanos(requests, heldBytes > 0, begin, patience, duration, delays.homewardNanos());
    List<Action.Part> parts = new ArrayList<>(requests.size());
    for (Pending request : requests) {
      parts.add(new Action.Part(request.request().id(), request.rows(), request.request().input()));
    }
    ActionId id = nextId();
    Outstanding.Infer infer =
        new Outstanding.Infer(
            id,
            replica,
            batch,
            List.copyOf(requests),
            heldBytes == 0 ? Optional.empty() : Optional.of(link.ask(heldBytes, now)),
            new Prediction(now, begin, duration),
            replica.estimates().typicalExecNanosForRows(batch));
    outstanding(infer);
    if (begin > free) {
      gpu.exec().sentToWait(infer);
    } else {
      gpu.exec().sent(infer);
    }
    gpu.used(replica.residence());
    replica.residence().infers++;
    replica.model().infers++;
    send(
        gpu,
        new Action.Infer(
            id,
            gpu.id().index(),
            replica.model().id(),
            replica.model().bucket(),
            batch,
            parts,
            new Window(now, Math.max(latest, begin))),
        infer.prediction());
    long promised = begin + duration + delays.marginNanos() + duration / PROMISE_SHARE - now;
    this.requests.sent(replica.model(), infer.requests(), now);
    for (Pending request : requests) {
      out.tell(
          new Verdict.Dispatched(
              request.request().id(),
              id,
              gpu.id(),
              request.coldStart(),
              now - request.request().arrivedNanos(),
              request.coldStart()
                  ? replica.residence().loadedNanos(request.request().arrivedNanos(), now)
                  : 0,
              promised));
    }
  }

  @Override
  public Residence load(Gpu gpu, Weights weights, long now) {
    Residence residence = new Residence(weights, gpu);
    gpu.add(residence);
    long begin = gpu.load().freeAtNanos(now + gpu.host().delays().outwardNanos());
    long duration = weights.models().getFirst().estimatesOn(gpu).loadNanos();
    ActionId id = nextId();
    Outstanding.Load load =
        new Outstanding.Load(id, residence, new Prediction(now, begin, duration));
    outstanding(load);
    gpu.load().sent(load);
    // A LOAD that is late is of use all the same; a window as long as the LOAD keeps it honest.
    long usual = Math.max(config.latestDeltaNanos(), duration);
    long latest = begin + gpu.host().lateness.patienceNanos(usual);
    send(
        gpu,
        new Action.Load(id, gpu.id().index(), weights.id(), new Window(now, latest)),
        load.prediction());
    return residence;
  }

  @Override
  public void unload(Residence residence, long now) {
    if (!residence.idle()) {
      throw new IllegalStateException(residence + " can't be unloaded");
    }
    ActionId id = nextId();
    Gpu gpu = residence.gpu();
    Prediction atOnce = new Prediction(now, now, 0);
    outstanding(new Outstanding.Unload(id, residence, atOnce));
    evict(residence, now);
    send(
        gpu, new Action.Unload(id, gpu.id().index(), residence.weights().id(), Window.ANY), atOnce);
  }

  private void send(Gpu gpu, Action.OnGpu action, Prediction prediction) {
    out.send(gpu.host().id(), action);
    out.emit(new Telemetry.ActionSent(prediction.sentNanos(), gpu.id(), action, prediction));
  }

  /** The weights are not there any more, whoever saw to that. */
  void evict(Residence residence, long now) {
    residence.gpu().remove(residence);
    for (Replica replica : residence.replicas()) {
      policy.evicted(replica, now);
    }
  }

  void register(Host host, Weights model, long now) {
    ActionId id = nextId();
    model.registering++;
    outstanding(new Outstanding.Register(id, host, model, new Prediction(now, now, 0)));
    out.send(host.id(), new Action.Register(id, model.id(), model.name(), model.source()));
  }

  void withdraw(Host host, ModelId model, long now) {
    ActionId id = nextId();
    outstanding(new Outstanding.Withdraw(id, host, model, new Prediction(now, now, 0)));
    out.send(host.id(), new Action.Withdraw(id, model));
  }

  /** Ends an INFER in the books: its requests are without an action now. */
  void ended(Outstanding.Infer infer, long endedNanos) {
    inputsArrived(infer, endedNanos); // Where nobody has said so before.
    Replica replica = infer.replica();
    replica.gpu().exec().ended(infer, endedNanos);
    replica.residence().infers--;
    replica.model().infers--;
  }

  /** The inputs that gateways pushed for the INFER were there then, or will not come any more. */
  void inputsArrived(Outstanding.Infer infer, long nanos) {
    InputLink link = infer.replica().gpu().host().inputs;
    infer.transfer().ifPresent(transfer -> link.arrived(transfer, nanos));
  }

  void log(Outstanding action, ActionType type, Residence residence, Outcome outcome, long now) {
    int batch = 0;
    int goodput = 0;
    if (action instanceof Outstanding.Infer infer) {
      batch = infer.batch();
      if (outcome instanceof Outcome.Inferred) {
        for (Pending request : infer.requests()) {
          goodput += request.request().deadlineNanos() >= now ? 1 : 0;
        }
      }
    }
    Weights weights = residence.weights();
    out.emit(
        new Telemetry.ActionEnded(
            now,
            type,
            residence.gpu().id(),
            weights.id(),
            batch,
            action.prediction(),
            outcome,
            goodput,
            weights.queued(),
            weights.residences().size()));
  }

  private ActionId nextId() {
    return new ActionId(term, actions++);
  }

  private void outstanding(Outstanding action) {
    action.host().outstanding.put(action.id(), action);
  }
}
