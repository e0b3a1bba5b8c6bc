package org.clockwork.core.scheduler;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.SortedMap;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry.ActionType;

/**
 * The controller's mind: turns (state, event, now) into commands. It has one owner, which calls it
 * with one event after the other and carries out what it commands; it has no thread, clock or
 * chance of its own, so equal events give equal commands.
 *
 * <p>A request and the end of its action cost O(log n) in queued requests, models and GPUs. A LOAD
 * or UNLOAD looks at all replicas of its model besides, and a worker that joins at all models.
 */
public final class Scheduler implements Decider {
  private final Reign reign;
  private final Timers timers = new Timers();
  private final Fleet fleet = new Fleet();
  private final Admission admission;
  private final Requests requests = new Requests();
  private final Books books;
  private final Registry registry;
  private final ComingAndGoing workers;
  private final Policy policy;
  private long requestsEver;

  /**
   * @param term the number of this controller's reign, larger than that of each one before it; part
   *     of every action that it sends
   */
  public Scheduler(long term, SchedulerConfig config, Policy.Factory factory) {
    this(Reign.first(term), config, factory);
  }

  public Scheduler(Reign reign, SchedulerConfig config, Policy.Factory factory) {
    this.reign = reign;
    books = new Books(reign.term(), config, timers, requests);
    policy = factory.make(books);
    admission = new Admission(config, policy, books.delays());
    books.informs(policy);
    registry = new Registry(reign, config, fleet, requests, books, policy, this::headExpired);
    workers = new ComingAndGoing(fleet, requests, books, registry, policy);
  }

  @Override
  public void on(Event event, long now, Commands out) {
    books.writesTo(out);
    timers.fire(now);
    switch (event) {
      case Event.RequestArrived(Request request) -> arrived(request, now);
      case Event.RequestCancelled(RequestId request) ->
          requests.find(request).ifPresent(pending -> requests.cancel(pending, now));
      case Event.ActionEnded(WorkerId worker, Outcome outcome) -> ended(worker, outcome, now);
      case Event.InputsArrived(WorkerId worker, ActionId action, long nanos) ->
          fleet.host(worker).ifPresent(host -> inputsArrived(host, action, nanos, now));
      case Event.WorkerAnnounced(var announcement) -> workers.announced(announcement, now);
      case Event.WorkerRetires(WorkerId worker) ->
          fleet.host(worker).ifPresent(host -> workers.retires(host, now));
      case Event.WorkerLeft(WorkerId worker) ->
          fleet.host(worker).ifPresent(host -> workers.left(host, now));
      case Event.GatewayLeft(GatewayId gateway) -> requests.cancelAll(gateway, now);
      case Event.ModelWanted(String name, String source) -> registry.wanted(name, source, now);
      case Event.ModelUnwanted(String name) -> registry.unwanted(name, now);
      case Event.TenantsWeighted(SortedMap<String, Double> weights, int maxTenants) ->
          policy.weighted(weights, maxTenants, now);
      case Event.Draining() -> admission.drain();
      case Event.WakeUp() -> {}
    }
    timers.fire(now);
    registry.withdrawIdle(now);
    if (timers.nextNanos() != Long.MAX_VALUE) {
      out.wakeAt(timers.nextNanos());
    }
  }

  /** How many requests wait for each model; those for which none waits are left out. */
  public SequencedMap<ModelId, Integer> queued() {
    SequencedMap<ModelId, Integer> queued = new LinkedHashMap<>();
    for (Weights weights : fleet.models()) {
      int waiting = weights.queued();
      if (waiting > 0) {
        queued.put(weights.id(), waiting);
      }
    }
    return queued;
  }

  private void arrived(Request request, long now) {
    var model = fleet.model(request.model()).filter(known -> !known.unwanted);
    if (model.isEmpty()) {
      if (reign.gives(request.model()) || registry.isOver(request.model())) {
        requests.turnAway(request, now);
      }
      // Else it knows the model from the controller before, and asks again when it is ready here.
      return;
    }
    if (requests.find(request.id()).isPresent()) {
      return; // Sent twice by its gateway; it is answered once.
    }
    Weights weights = model.get();
    weights.arrivals++;
    if (request.bucket() < weights.models().size()) {
      arrived(request, weights.models().get(request.bucket()), now);
    } else {
      requests.turnAwayFromBucket(request, weights, now);
    }
  }

  private void arrived(Request request, Model model, long now) {
    switch (admission.decide(request, model, now)) {
      case Admission.Decision.Queue(long deadlineNanos) ->
          requests.admit(
              new Pending(request, model, deadlineNanos, !model.warm(), requestsEver++), now);
      case Admission.Decision.Turn(Verdict verdict) -> {
        requests.turnAway(request, model, verdict, now);
        if (verdict instanceof Verdict.Refused refused
            && refused.cause() == RefusalCause.COLD_START) {
          policy.missed(request, model, now);
        }
      }
    }
  }

  private void headExpired(Model model, long now) {
    if (model.warm()) {
      model.doubtEstimates(now);
    }
    while (!model.queue().isEmpty() && model.queue().first().deadlineNanos() <= now) {
      requests.timeOut(model.queue().first(), now);
    }
  }

  private void ended(WorkerId worker, Outcome outcome, long now) {
    var host = fleet.host(worker);
    if (host.isEmpty()) {
      return; // It left, and its work was given back then.
    }
    Outstanding action = host.get().outstanding.remove(outcome.action());
    if (action != null) {
      books.back(action, outcome, now);
    }
    if (outcome instanceof Outcome.Refused refused && refused.code() == ErrorCode.SHUTTING_DOWN) {
      workers.retires(host.get(), now);
    }
    switch (action) {
      case null -> {} // From before it left and came back.
      case Outstanding.Infer infer -> inferred(infer, outcome, now);
      case Outstanding.Load load -> loaded(load, outcome, now);
      case Outstanding.Unload unload ->
          books.log(unload, ActionType.UNLOAD, unload.residence(), outcome, now);
      case Outstanding.Register register -> registry.registered(register, outcome, now);
      case Outstanding.Withdraw _ -> {}
    }
  }

  /** Whatever waits for the way to that worker can go on. */
  private void inputsArrived(Host host, ActionId action, long nanos, long now) {
    if (host.outstanding.get(action) instanceof Outstanding.Infer infer) {
      books.inputsArrived(infer, nanos);
      for (Gpu gpu : host.gpus()) {
        policy.room(gpu, now);
      }
    }
  }

  private void inferred(Outstanding.Infer infer, Outcome outcome, long now) {
    Replica replica = infer.replica();
    if (outcome instanceof Outcome.Inferred done) {
      books.ended(infer, done.exec().endedNanos());
      replica.estimates().observeExec(infer.batch(), done.exec().nanos());
      books.log(infer, ActionType.INFER, replica.residence(), outcome, now);
      requests.succeeded(infer, done, now);
    } else {
      books.ended(infer, now);
      books.log(infer, ActionType.INFER, replica.residence(), outcome, now);
      failed(infer, outcome, now);
    }
    policy.room(replica.gpu(), now);
  }

  private void failed(Outstanding.Infer infer, Outcome outcome, long now) {
    if (!(outcome instanceof Outcome.Refused refused)) {
      throw new IllegalStateException("INFER %s ended as %s".formatted(infer.id(), outcome));
    }
    switch (refused.code()) {
      case SHUTTING_DOWN,
          COULD_NOT_START_IN_TIME,
          EXEC_TOO_LATE,
          INPUT_TOO_LATE,
          IO_POOL_EXHAUSTED -> {
        for (Pending request : infer.requests()) {
          requests.retry(request, now);
        }
      }
      case EXEC_WEIGHTS_MISSING, WEIGHTS_NOT_PRESENT, WEIGHTS_CHANGED -> {
        // The worker knows better what its pages hold.
        if (infer.replica().resident()) {
          books.evict(infer.replica().residence(), now);
        }
        for (Pending request : infer.requests()) {
          requests.retry(request, now);
        }
      }
      default -> {
        // One bad input must not spoil the others of its batch: each is tried by itself.
        boolean culpritKnown = infer.requests().size() == 1;
        for (Pending request : infer.requests()) {
          if (culpritKnown) {
            requests.failUnlessEnded(request, refused.code(), refused.reason(), now);
          } else {
            request.alone = true;
            requests.retry(request, now);
          }
        }
      }
    }
  }

  private void resident(Residence residence, long now) {
    residence.came();
    residence.gpu().unbar(residence.weights());
    for (Replica replica : residence.replicas()) {
      policy.resident(replica, now);
    }
  }

  private void loaded(Outstanding.Load load, Outcome outcome, long now) {
    Residence residence = load.residence();
    Gpu gpu = residence.gpu();
    if (gpu.gone()) {
      gpu.load().ended(load, now);
      books.log(load, ActionType.LOAD, residence, outcome, now);
      return; // Its worker shuts down; nothing will be run there.
    }
    books.log(load, ActionType.LOAD, residence, outcome, now);
    switch (outcome) {
      case Outcome.Loaded done -> {
        gpu.load().ended(load, done.load().endedNanos());
        for (Replica replica : residence.replicas()) {
          replica.estimates().observeLoad(done.load().nanos());
        }
        residence.loaded(done.load());
        resident(residence, now);
      }
      case Outcome.Refused refused when refused.code() == ErrorCode.WEIGHTS_ALREADY_LOADED -> {
        gpu.load().ended(load, now);
        resident(residence, now); // The worker knows better what its pages hold.
      }
      case Outcome.Refused refused -> {
        gpu.load().ended(load, now);
        if (refused.code() != ErrorCode.LOAD_TOO_LATE) {
          gpu.bar(residence.weights(), now);
        }
        books.evict(residence, now);
      }
      default ->
          throw new IllegalStateException("LOAD %s ended as %s".formatted(load.id(), outcome));
    }
    policy.room(gpu, now);
  }
}
