package org.clockwork.core.policy;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Millis;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Notes;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Timers;

/**
 * The default policy. A GPU's next batch is decided so late that it just arrives in time, and no
 * GPU idles while somebody could be served: batches form by themselves, as queues do. Who goes
 * first is who has to begin first; the more of the load is lost, the more it is who gets most done.
 * Whoever will not be served is told so at arrival where that can be known, else as soon as he can
 * be in no batch that is worth its time.
 */
final class LateDecisions implements Policy {
  /**
   * With so much of the load lost, a request that can't be in a full batch any more is given up.
   */
  private static final double OVERLOADED = 0.2;

  /**
   * But not where batches are emptier than that all the same: then nothing is gained by it, and
   * what it loses looks like overload. Tried beside a flood, of which a share is let in that 6 GPUs
   * could do in full batches, but not at 22 ms: 3,668/s without this rule, 4,520/s with it, 4,527/s
   * beside no flood.
   */
  private static final double FULL = 0.7;

  /**
   * Where batches are emptier than that, plans say little of what will be run, since whoever has
   * more in one batch goes first. Tried on E2, where a model at 200/s stands beside hundreds that
   * are loaded for one request each: it would lose 2 % more of its requests without this rule.
   */
  private static final double RATHER_FULL = 0.4;

  /**
   * Models are on so many GPUs that those who wait can be served within that part of their
   * objective. Tried on a quarter of E5: 1 gives a 99th percentile of 52 ms, 0.5 of 36 ms and this
   * of 31 ms; cold starts are 7.3, 7.8 and 9.5 %.
   */
  private static final double WITHIN = 0.25;

  private final Board board;
  private final Loading loading;
  private final Reservations reservations;
  private final Tenants tenants;
  private final Turns turns;
  private final Standby standby = new Standby();
  private final Overload overload = new Overload();
  private final LateFeeding feeding;
  private final Notes<Model, Waiting> waiting;

  /** Of all priorities that were ever asked for; usually 0, and nobody has to stand back. */
  private int leastUrgent;

  /** A model's requests, seen as those who may have to be given up. */
  private final class Waiting {
    private final Model model;
    private final Timers.Timer givingUp;

    private Waiting(Model model) {
      this.model = model;
      this.givingUp = board.timers().timer(now -> giveUp(this, now));
    }
  }

  LateDecisions(Board board) {
    this.board = board;
    this.turns = new Turns(board);
    this.loading = new Loading(board, Leeway.measured(board), WITHIN, turns::areWaitedFor);
    this.reservations = new Reservations(board);
    this.tenants = new Tenants(board.config());
    this.feeding = new LateFeeding(board, standby, overload, turns, this::sent);
    this.waiting = board.notes(Waiting::new);
  }

  @Override
  public void weighted(SortedMap<String, Double> weights, int maxTenants, long now) {
    tenants.weighted(weights, maxTenants, now);
  }

  @Override
  public void queued(Pending request, long now) {
    Model model = request.model();
    leastUrgent = Math.max(leastUrgent, request.request().priority());
    boolean turn = turns.arrived(request, now);
    if (isBeforeItsTurn(request, now) || isBeyondShare(request, now)) {
      return;
    }
    Waiting line = waiting.of(model);
    loading.queued(request, now);
    if (!request.queued()) {
      return;
    }
    reservations.arrived(request, now);
    boolean first = model.queue().first() == request;
    if (model.replicas().isEmpty()) {
      if (!turn) {
        turnAwayIfLoadedTooLate(request, now);
      }
    } else {
      standby.arrived(request, now);
      feeding.arrived(model, first, now);
      if (request.queued() && !turn) {
        turnAwayIfTooLate(request, now);
      }
    }
    if (first && request.queued()) {
      watch(line, now);
    }
  }

  /** Refuses who comes again too soon, unless there is time enough for everybody. */
  private boolean isBeforeItsTurn(Pending request, long now) {
    long soon = turns.untilNanos(request, now);
    if (soon <= 0 || reservations.isIdleFor(request, now)) {
      return false;
    }
    lost(request, now);
    turns.keep(request);
    board.refuse(
        request,
        RefusalCause.QUEUE,
        request.request().retryOf().orElseThrow()
            + " has a turn in "
            + Millis.text(soon)
            + " ms, and before that others come first",
        soon,
        now);
    return true;
  }

  private void turnAwayIfLoadedTooLate(Pending request, long now) {
    long late = loading.lateNanos(request, now);
    if (late > 0) {
      lost(request, now);
      board.refuse(
          request,
          RefusalCause.COLD_START,
          request.model()
              + " is on no GPU, and others are to be loaded first: it would be "
              + Millis.text(late)
              + " ms late",
          turnInNanos(request, late, now),
          now);
    }
  }

  private long turnInNanos(Pending refused, long soonestNanos, long now) {
    return turns.give(refused, soonestNanos, loading.gpus(), now);
  }

  /** Refuses what is beyond its tenant's share, unless there is time enough for everybody. */
  private boolean isBeyondShare(Pending request, long now) {
    if (request.promised()
        || !exceedsShare(request.request(), request.model(), now)
        || turns.has(request)
        || reservations.isIdleFor(request, now)) {
      return false;
    }
    Pending out = lessUrgent(request).orElse(request);
    String tenant = request.request().tenant();
    lostByTenant(out, now);
    board.refuse(
        out,
        RefusalCause.TENANT_LIMIT,
        "tenant '" + tenant + "' has asked for more than its share while others ask for theirs",
        tenants.creditInNanos(tenant),
        now);
    return out == request;
  }

  /** Of the last in the queue, one of the same tenant that is to stand back for this request. */
  private Optional<Pending> lessUrgent(Pending request) {
    if (request.request().priority() >= leastUrgent) {
      return Optional.empty();
    }
    Pending found = request;
    int looked = 0;
    for (Pending other : request.model().queue().fromLast()) {
      if (looked++ == Batching.LOOKED_MAX) {
        break;
      }
      if (other.request().tenant().equals(request.request().tenant())
          && other.request().priority() > found.request().priority()
          && other.rows() >= request.rows()
          && !other.promised()
          && !turns.has(other)) {
        found = other;
      }
    }
    return found == request ? Optional.empty() : Optional.of(found);
  }

  private boolean exceedsShare(Request request, Model model, long now) {
    double nanos = Reservations.leastNanos(model, request);
    return tenants.exceeds(request.tenant(), nanos, loading.gpus(), now);
  }

  private void lost(Pending pending, long now) {
    overload.lost(1, now);
    lostByTenant(pending, now);
  }

  private void lostByTenant(Pending pending, long now) {
    Request request = pending.request();
    tenants.lost(request.tenant(), Reservations.leastNanos(pending.model(), request), now);
  }

  private void turnAwayIfTooLate(Pending request, long now) {
    reservations
        .place(request, overload.fullness(now) > RATHER_FULL, now)
        .ifPresent(late -> turnAway(request, late, now));
  }

  private void turnAway(Pending request, Reservations.Late late, long now) {
    Pending out = lessUrgent(request).orElse(request);
    lost(out, now);
    board.refuse(
        out,
        RefusalCause.QUEUE,
        "what is planned on the GPUs that hold "
            + request.model()
            + " leaves no time: it would be "
            + Millis.text(late.nanos())
            + " ms late",
        turnInNanos(out, late.untilPlaceNanos(), now),
        now);
  }

  @Override
  public void unqueued(Model model, List<Pending> requests, long now) {
    turns.unqueued(model, requests);
    loading.unqueued(model, requests, now);
    reservations.unqueued(model, now);
  }

  @Override
  public void missed(Request request, Model model, long now) {
    if (!exceedsShare(request, model, now)) {
      loading.missed(request, model, now);
    }
  }

  @Override
  public void room(Gpu gpu, long now) {
    feeding.room(gpu, now);
    loading.room(gpu, now);
  }

  @Override
  public void resident(Replica replica, long now) {
    watch(waiting.of(replica.model()), now);
    feeding.resident(replica, now);
    loading.placed(replica, now);
  }

  @Override
  public void evicted(Replica replica, long now) {
    loading.evicted(replica, now);
  }

  @Override
  public void hosted(Model model, Host host, long now) {
    loading.hosted(model, host, now);
  }

  @Override
  public void forgotten(Model model) {
    loading.forget(model);
    reservations.forget(model);
    standby.forget(model);
    turns.forget(model);
    waiting.remove(model).ifPresent(line -> line.givingUp.cancel());
  }

  @Override
  public void left(Gpu gpu, long now) {
    loading.left(gpu);
    feeding.left(gpu);
  }

  /** A batch is on its way. */
  private void sent(Model model, Batching.Batch batch, long now) {
    List<Pending> requests = batch.requests();
    int places = Reservations.largest(Reservations.estimates(model), requests.getFirst());
    overload.served(requests.size(), (double) batch.rows() / places, now);
    if (tenants.share()) {
      for (Pending each : requests) {
        double nanos = Reservations.leastNanos(model, each.request());
        tenants.served(each.request().tenant(), nanos, now);
      }
    }
    if (!model.queue().isEmpty()) {
      watch(waiting.of(model), now);
    }
  }

  // Giving up

  private void watch(Waiting line, long now) {
    if (!line.model.queue().isEmpty()) {
      line.givingUp.setAt(Math.max(now, hopelessAtNanos(line.model, now)));
    }
  }

  private void giveUp(Waiting line, long now) {
    Model model = line.model;
    while (!model.queue().isEmpty() && hopelessAtNanos(model, now) <= now) {
      Pending head = model.queue().first();
      lost(head, now);
      boolean cold = !model.warm();
      board.refuse(
          head,
          cold ? RefusalCause.COLD_START : RefusalCause.QUEUE,
          cold
              ? model + " could not be loaded in time"
              : "others were more urgent or got more done, and now it would be too late",
          turnInNanos(head, cold ? model.shortestLoadNanos() : 0, now),
          now);
    }
    watch(line, now);
  }

  /**
   * From when on the first request in the queue is waited for in vain: it can be in no batch any
   * more or, under overload, in none that would be run.
   */
  private long hopelessAtNanos(Model model, long now) {
    Pending head = model.queue().first();
    long exec = model.shortestExecNanos(head.rows());
    long nanos =
        board.delays().outwardNanos()
            + Leeway.tried(board.delays().hopefulMarginNanos(now), head.sloNanos());
    if (model.replicas().isEmpty()) {
      exec += model.shortestLoadNanos();
    } else if (fullBatchesGoFirst(now) && !turns.has(head)) {
      Estimates estimates = model.replicas().getFirst().estimates();
      exec = estimates.execNanos(Reservations.largestPlace(estimates, head));
    }
    return head.deadlineNanos() - exec - nanos + 1;
  }

  private boolean fullBatchesGoFirst(long now) {
    return overload.lostShare(now) > OVERLOADED && overload.fullness(now) > FULL;
  }
}
