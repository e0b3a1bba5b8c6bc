package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
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
  /** A model is offered to so many of the GPUs that hold it, in turn where more do. */
  private static final int REACH = 16;

  /** Candidates compared in one decision. */
  private static final int COMPARED = 24;

  /**
   * A fuller batch may overtake by the tightest objective times this times the share of the load
   * that is lost. Tried on E7 (10 models, 1 and 2 × the bound): 0 gives 772 and 863/s, this 790 and
   * 909/s, both without refusals at arrival; where hardly anything is lost (E3 at 2,400/s) it costs
   * nothing, while the same weight without losses costs 0.3 % of the requests at 14.7 ms.
   */
  private static final double WORTH_PER_LOST = 25;

  private static final double WORTH_MAX = 4;

  /** Losses below this share are accidents. */
  private static final double ACCIDENTS = 0.01;

  /** Beyond it a request that can't be in a full batch any more is given up. */
  private static final double OVERLOADED = 0.2;

  private final Board board;
  private final Leeway leeway;
  private final Room room;
  private final Loading loading;
  private final Reservations reservations;
  private final Tenants tenants;
  private final Standby standby = new Standby();
  private final Overload overload = new Overload();
  private final Choice choice = new Choice();
  private final Notes<Model, Waiting> waiting;
  private final Notes<Gpu, Lane> lanes;

  /** Lanes that could run something but keep free for those in a hurry. */
  private final SequencedSet<Lane> standingBy = new LinkedHashSet<>();

  private final List<Replica> compared = new ArrayList<>(COMPARED);
  private int turn;

  /** Of all priorities that were ever asked for; usually 0, and nobody has to stand back. */
  private int leastUrgent;

  /** A model's requests, seen as those who may have to be given up. */
  private final class Waiting {
    private final Model model;
    private final Timers.Timer givingUp;

    /** Some GPU with room had no batch of its that would have been in time. */
    private boolean passedOver;

    private Waiting(Model model) {
      this.model = model;
      this.givingUp = board.timers().timer(now -> giveUp(this, now));
    }
  }

  /** A GPU, seen as who is to be fed. */
  private final class Lane {
    private final Gpu gpu;
    private final Timers.Timer wakeUp;

    /** None of whose requests would have been in time; each once, however often it is offered. */
    private final SequencedSet<Replica> passedOver = new LinkedHashSet<>();

    private Lane(Gpu gpu) {
      this.gpu = gpu;
      this.wakeUp = board.timers().timer(now -> feed(this, now));
    }
  }

  LateDecisions(Board board) {
    this.board = board;
    this.leeway = Leeway.measured(board);
    this.room = new Room(board, leeway);
    this.loading = new Loading(board, leeway);
    this.reservations = new Reservations(board);
    this.waiting = board.notes(Waiting::new);
    this.lanes = board.notes(Lane::new);
    this.tenants = new Tenants(board.config());
  }

  @Override
  public void queued(Pending request, long now) {
    Model model = request.model();
    leastUrgent = Math.max(leastUrgent, request.request().priority());
    if (isBeyondShare(request, now)) {
      return;
    }
    Waiting line = waiting(model);
    loading.queued(request, now);
    if (!request.queued()) {
      return;
    }
    reservations.arrived(request, now);
    boolean first = model.queue().first() == request;
    if (model.replicas().isEmpty()) {
      turnAwayIfLoadedTooLate(request, now);
    } else {
      standby.arrived(request, now);
      if (first || line.passedOver) {
        line.passedOver = false;
        offer(model, now);
      }
      if (request.queued()) {
        turnAwayIfTooLate(request, now);
      }
    }
    if (first && request.queued()) {
      watch(line, now);
    }
  }

  private void turnAwayIfLoadedTooLate(Pending request, long now) {
    long late = loading.lateNanos(request, now);
    if (late > 0) {
      overload.lost(1, now);
      lost(request, now);
      board.refuse(
          request,
          RefusalCause.COLD_START,
          "%s is on no GPU, and others are to be loaded first: it would be %.1f ms late"
              .formatted(request.model(), late / 1e6),
          late,
          now);
    }
  }

  /** Refuses what is beyond its tenant's share, unless there is time enough for everybody. */
  private boolean isBeyondShare(Pending request, long now) {
    if (request.promised()
        || !exceedsShare(request.request(), request.model(), now)
        || reservations.isIdleFor(request, now)) {
      return false;
    }
    Pending out = lessUrgent(request).orElse(request);
    String tenant = request.request().tenant();
    lost(out, now);
    board.refuse(
        out,
        RefusalCause.TENANT_LIMIT,
        "tenant '%s' has asked for more than its share while others ask for theirs"
            .formatted(tenant),
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
          && !other.promised()) {
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
    Request request = pending.request();
    tenants.lost(request.tenant(), Reservations.leastNanos(pending.model(), request), now);
  }

  private void turnAwayIfTooLate(Pending request, long now) {
    long late = reservations.lateNanos(request, now);
    if (late > 0) {
      Pending out = lessUrgent(request).orElse(request);
      overload.lost(1, now);
      lost(out, now);
      board.refuse(
          out,
          RefusalCause.QUEUE,
          "what is planned on the GPUs that hold %s leaves no time: it would be %.1f ms late"
              .formatted(request.model(), (late + Reservations.OVERHANG_NANOS) / 1e6),
          late,
          now);
    }
  }

  @Override
  public void unqueued(Model model, List<Pending> requests, long now) {
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
    Lane lane = lane(gpu);
    for (Replica replica : List.copyOf(lane.passedOver)) {
      offer(replica);
    }
    lane.passedOver.clear();
    feed(lane, now);
    for (Lane other : List.copyOf(standingBy)) {
      standingBy.remove(other);
      feed(other, now);
    }
    loading.room(gpu, now);
  }

  @Override
  public void resident(Replica replica, long now) {
    offer(replica);
    watch(waiting(replica.model()), now);
    feed(lane(replica.gpu()), now);
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
    waiting.remove(model).ifPresent(line -> line.givingUp.cancel());
  }

  @Override
  public void left(Gpu gpu, long now) {
    loading.left(gpu);
    lanes
        .remove(gpu)
        .ifPresent(
            lane -> {
              standingBy.remove(lane);
              lane.wakeUp.cancel();
            });
  }

  private Waiting waiting(Model model) {
    return waiting.of(model);
  }

  private Lane lane(Gpu gpu) {
    return lanes.of(gpu);
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
      overload.lost(1, now);
      Pending head = model.queue().first();
      lost(head, now);
      boolean cold = !model.warm();
      board.refuse(
          head,
          cold ? RefusalCause.COLD_START : RefusalCause.QUEUE,
          cold
              ? "%s could not be loaded in time".formatted(model)
              : "others were more urgent or got more done, and now it would be too late",
          cold ? model.shortestLoadNanos() : model.shortestExecNanos(head.rows()),
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
        board.delays().outwardNanos() + marginNanos(board.delays().hopefulMarginNanos(now), head);
    if (model.replicas().isEmpty()) {
      exec += model.shortestLoadNanos();
    } else if (overload.lostShare(now) > OVERLOADED) {
      Estimates estimates = model.replicas().getFirst().estimates();
      exec = estimates.execNanos(Reservations.largestPlace(estimates, head));
    }
    return head.deadlineNanos() - exec - nanos + 1;
  }

  // Feeding

  /** Whoever has room for the model's requests takes them up. */
  private void offer(Model model, long now) {
    List<Replica> replicas = model.replicas();
    int offers = Math.min(replicas.size(), REACH);
    if (offers < replicas.size()) {
      turn += offers;
    }
    Gpu freest = null;
    long freestAt = Long.MAX_VALUE;
    for (int i = 0; i < offers; i++) {
      Replica replica = replicas.get(Math.floorMod(turn + i, replicas.size()));
      if (!replica.resident()) {
        continue;
      }
      offer(replica);
      Gpu gpu = replica.gpu();
      // One that is late counts as free the moment after; somebody who is idle is freer.
      long freeAt = gpu.exec().freeAtNanos(now) + (gpu.exec().outstanding() > 0 ? 1 : 0);
      if (freeAt < freestAt) {
        freest = gpu;
        freestAt = freeAt;
      }
    }
    if (freest != null) {
      feed(lane(freest), now);
    }
  }

  /** Makes the replica a candidate of its GPU, in the order of the deadlines of first requests. */
  private static void offer(Replica replica) {
    if (!replica.resident() || replica.model().queue().isEmpty()) {
      return;
    }
    long deadline = replica.model().queue().first().deadlineNanos();
    if (!replica.candidate().queued() || deadline < replica.candidate().key()) {
      replica.gpu().candidates().put(replica.candidate(), deadline);
    }
  }

  /** Gives the GPU work while it has room. */
  private void feed(Lane lane, long now) {
    Gpu gpu = lane.gpu;
    while (!gpu.candidates().isEmpty() && room.isThere(gpu, now)) {
      Optional<Replica> next = best(lane, now);
      if (next.isPresent()) {
        run(next.get(), now);
      } else if (!gpu.candidates().isEmpty()) {
        standingBy.add(lane); // Until somebody else is about to be free.
        return;
      }
    }
    long wakeAt = room.wakeAtNanos(gpu, now);
    if (wakeAt != Long.MAX_VALUE) {
      lane.wakeUp.setAt(wakeAt);
    }
  }

  /** The candidate to run next; empty where none is to run now. */
  private Optional<Replica> best(Lane lane, long now) {
    Gpu gpu = lane.gpu;
    long worthNanos = worthNanos(now);
    Replica best = null;
    long bestRank = Long.MAX_VALUE;
    compared.clear();
    gpu.candidates().leading(COMPARED, compared);
    for (Replica replica : compared) {
      Model model = replica.model();
      if (model.queue().isEmpty()) {
        gpu.candidates().remove(replica.candidate());
        continue;
      }
      gpu.candidates().put(replica.candidate(), model.queue().first().deadlineNanos());
      if (choose(replica, now)) {
        long rank = choice.latestNanos() - (long) (worthNanos * choice.worth(replica.estimates()));
        if (rank < bestRank) {
          bestRank = rank;
          best = replica;
        }
      } else if (standby.execNanosMax(replica, now) == Long.MAX_VALUE) {
        gpu.candidates().remove(replica.candidate());
        lane.passedOver.add(replica);
        waiting(model).passedOver = true;
      }
    }
    return Optional.ofNullable(best);
  }

  /** What a full batch may overtake by. */
  private long worthNanos(long now) {
    double lost = Math.max(0, overload.lostShare(now) - ACCIDENTS);
    long tightest = standby.tightestNanos(now);
    return tightest == Long.MAX_VALUE
        ? 0
        : (long) (tightest * Math.min(WORTH_MAX, WORTH_PER_LOST * lost));
  }

  private boolean choose(Replica replica, long now) {
    return choice.look(
        replica.model(),
        replica.estimates(),
        beginNanos(replica, now),
        standby.execNanosMax(replica, now));
  }

  private long beginNanos(Replica replica, long now) {
    int rows = Math.min(replica.model().queue().rows(), replica.estimates().largestBatch());
    return board.beginNanos(replica, rows, now)
        + marginNanos(leeway.marginNanos(replica.gpu(), now), replica.model().queue().first());
  }

  /** However uncertain the ways are, a tight objective is tried: else nobody learns better. */
  private static long marginNanos(long measuredNanos, Pending request) {
    return Math.min(measuredNanos, request.request().sloNanos() / 4);
  }

  private void run(Replica replica, long now) {
    choose(replica, now);
    Model model = replica.model();
    Batching.Batch batch =
        Batching.fill(model, replica.estimates(), choice.place(), beginNanos(replica, now));
    overload.served(batch.requests().size(), now);
    for (Pending each : batch.requests()) {
      tenants.served(each.request().tenant(), Reservations.leastNanos(model, each.request()), now);
    }
    board.infer(replica, batch.size(), batch.requests(), now);
    if (model.queue().isEmpty()) {
      replica.gpu().candidates().remove(replica.candidate());
    } else {
      watch(waiting(model), now);
    }
  }
}
