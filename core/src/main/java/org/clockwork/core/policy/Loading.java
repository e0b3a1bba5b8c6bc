package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Predicate;
import org.clockwork.core.heap.Heap;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Delays;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Notes;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Residence;
import org.clockwork.core.scheduler.Timers;
import org.clockwork.core.scheduler.Weights;

/**
 * Decides which weights go where. Each model has a demand, the execution time of its outstanding
 * requests; it is spread over the GPUs that hold the model in inverse proportion to their load.
 * What they can't serve in time is the model's priority; while a GPU's LOAD executor has room it
 * loads the model with the highest one, and unloads the least recently used to make room.
 *
 * <p>Priorities change whenever any model on a shared GPU gets or loses a request. A model's own is
 * recomputed when its own demand or replicas change, and may otherwise be a millisecond old.
 */
final class Loading {
  private static final long STALE_NANOS = 1_000_000;

  /** Replicas up to which the spread is recomputed at every change; beyond, once in STALE_NANOS. */
  private static final int FEW_REPLICAS = 8;

  /** GPUs, or models, looked at in one decision. */
  private static final int REACH = 8;

  /** Replicas looked at in search of pages. */
  private static final int VICTIMS = 64;

  private final Board board;
  private final Leeway leeway;
  private final double within;
  private final Predicate<Model> urgent;
  private final long horizonNanosMax;
  private final Heap<Weights> wanting = new Heap<>();
  private final Notes<Model, Demand> demands;
  private final Notes<Weights, Claim> claims;
  private final Notes<Gpu, Shares.Load> loads;
  private final Notes<Gpu, Timers.Timer> rooms;
  private final SequencedSet<Gpu> roomy = new LinkedHashSet<>();
  private final Set<Gpu> gpus = new HashSet<>();

  /** LOAD of all models that are on no GPU yet and that somebody waits for. */
  private long plannedNanos;

  /** What comes of the demands of all buckets of a model: they are loaded as one. */
  private static final class Claim {
    /** Of their demands, what the GPUs that hold the weights can't serve in time. */
    long unservedNanos;

    /** Their LOAD, while they are on no GPU yet and somebody waits for them. */
    long plannedNanos;

    /** Not before then is a GPU looked for again. */
    long nextTryNanos = Long.MIN_VALUE;
  }

  /**
   * @param leeway how early the next LOAD is decided; of LOADs, margins mean nothing
   */
  Loading(Board board, Leeway leeway) {
    this(board, leeway, 1, _ -> false);
  }

  /**
   * @param within this part of the objective the GPUs that hold a model are to serve those who wait
   *     for it; else it is loaded onto others
   * @param urgent which models are loaded before all others
   */
  Loading(Board board, Leeway leeway, double within, Predicate<Model> urgent) {
    this.board = board;
    this.within = within;
    this.urgent = urgent;
    this.leeway = leeway;
    this.rooms = board.notes(gpu -> board.timers().timer(now -> room(gpu, now)));
    this.demands = board.notes(_ -> new Demand());
    this.claims = board.notes(_ -> new Claim());
    this.loads = board.notes(Shares.Load::new);
    this.horizonNanosMax = board.config().defaultSloNanos();
  }

  void queued(Pending request, long now) {
    Model model = request.model();
    Demand demand = demandOf(model);
    demand.horizonNanos = horizon(request.request());
    long exec = model.shortestExecNanos(1) * request.rows();
    if (slow(model, request.sloNanos())) {
      demand.passing(exec, now);
    } else if (canWaitForLoad(model, request, now)) {
      request.demands(exec);
      demand.queuedNanos += exec;
      demand.nextLateNanos = Math.min(demand.nextLateNanos, lateForLoadNanos(model, request));
    }
    changed(model, demand, now);
  }

  void unqueued(Model model, List<Pending> requests, long now) {
    Demand demand = demandOf(model);
    for (Pending request : requests) {
      demand.queuedNanos -= request.demandNanos();
      request.demands(0);
    }
    recompute(model, demand, now);
  }

  /**
   * By how much a request that was just queued would be too late, its model being on no GPU: who
   * wants to be loaded stands in line. 0 or less where there is time, or where others of its model
   * stand there already.
   */
  long lateNanos(Pending request, long now) {
    Model model = request.model();
    if (gpus.isEmpty() || model.weights().queued() > 1) {
      return 0;
    }
    long own = claims.of(model.weights()).plannedNanos;
    long inFront = plannedNanos - own + model.shortestLoadNanos();
    return now + inFront / gpus.size() - lateForLoadNanos(model, request);
  }

  /** How many GPUs there are to load onto. */
  int gpus() {
    return gpus.size();
  }

  /** A request was turned away because its model is on no GPU; the next one need not be. */
  void missed(Request request, Model model, long now) {
    Demand demand = demandOf(model);
    demand.horizonNanos = horizon(request);
    demand.passing(model.shortestExecNanos(1) * request.rows(), now);
    changed(model, demand, now);
  }

  /** A model that takes longer to load than its requests may take is loaded before they come. */
  void hosted(Model model, Host host, long now) {
    Demand demand = demandOf(model);
    long objective =
        model
            .spec()
            .filter(spec -> spec.defaultSloNanos() > 0)
            .map(spec -> spec.defaultSloNanos())
            .orElse(Math.max(board.config().defaultSloNanos(), 5 * model.smallestExecNanos()));
    demand.preload = model.weights().keepWarm() || slow(model, objective);
    roomy.addAll(host.gpus());
    gpus.addAll(host.gpus());
    changed(model, demand, now);
  }

  /** The replica's weights are on its GPU, or on their way there. */
  void placed(Replica replica, long now) {
    demandOf(replica.model()).shares.join(replica, loadOf(replica.gpu()));
    moved(replica.model(), now);
  }

  /** The replica's weights are gone. */
  void evicted(Replica replica, long now) {
    demandOf(replica.model()).shares.leave(replica);
    moved(replica.model(), now);
  }

  private void moved(Model model, long now) {
    Demand demand = demandOf(model);
    demand.staleAtNanos = Long.MIN_VALUE;
    recompute(model, demand, now);
  }

  void left(Gpu gpu) {
    gpus.remove(gpu);
    roomy.remove(gpu);
    rooms.remove(gpu).ifPresent(Timers.Timer::cancel);
  }

  /** Loads what is wanted most while the GPU's LOAD executor has room. */
  void room(Gpu gpu, long now) {
    if (gpu.gone()) {
      return;
    }
    roomy.add(gpu);
    while (hasRoom(gpu, now)) {
      Optional<Weights> weights = mostWantedFor(gpu, now);
      if (weights.isEmpty()) {
        return;
      }
      load(gpu, weights.get(), now);
    }
    roomy.remove(gpu);
  }

  private void changed(Model model, Demand demand, long now) {
    recompute(model, demand, now);
    Weights weights = model.weights();
    Claim claim = claims.of(weights);
    if (weights.wanting().queued() && now >= claim.nextTryNanos) {
      claim.nextTryNanos = now + STALE_NANOS;
      bestGpuFor(weights, now).ifPresent(gpu -> load(gpu, weights, now));
    }
  }

  private void load(Gpu gpu, Weights weights, long now) {
    for (Residence victim : victims(gpu, weights)) {
      board.unload(victim, now);
    }
    for (Replica replica : board.load(gpu, weights, now).replicas()) {
      placed(replica, now);
    }
    if (!hasRoom(gpu, now)) {
      roomy.remove(gpu);
      rooms.of(gpu).setAt(gpu.load().freeAtNanos(now) - aheadNanos(gpu) + 1);
    }
  }

  /** The GPU with least to do; of many, looks at a few, and at others the next time. */
  private Optional<Gpu> bestGpuFor(Weights weights, long now) {
    List<Gpu> looked = new ArrayList<>(REACH);
    if (weights.gpusInReach() <= REACH) {
      weights.eachGpuInReach(looked::add);
    } else {
      roomy.stream().limit(REACH).forEach(looked::add);
      looked.forEach(roomy::addLast);
    }
    Gpu best = null;
    for (Gpu gpu : looked) {
      if (gpu.couldLoad(weights, now)
          && hasRoom(gpu, now)
          && pagesCanBeHad(gpu, weights)
          && (best == null || loadOf(gpu).nanos(now) < loadOf(best).nanos(now))) {
        best = gpu;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The top of the index that this GPU could load; looks at a few. */
  private Optional<Weights> mostWantedFor(Gpu gpu, long now) {
    if (wanting.isEmpty()) {
      return Optional.empty();
    }
    List<Weights> passedOver = new ArrayList<>(REACH);
    Optional<Weights> found = Optional.empty();
    for (int looked = 0; looked < 2 * REACH && !wanting.isEmpty(); looked++) {
      Weights weights = wanting.first().value();
      if (refreshed(weights, now)) {
        continue; // Where they belong now; they may still be the first.
      }
      if (gpu.couldLoad(weights, now) && pagesCanBeHad(gpu, weights)) {
        found = Optional.of(weights);
        break;
      }
      passedOver.add(weights);
      wanting.remove(weights.wanting());
    }
    for (Weights weights : passedOver) {
      wanting.put(weights.wanting(), weights.wanting().key(), weights.wanting().second());
    }
    return found;
  }

  /** Whether the spread of some of its demand was too old to decide by, and is new now. */
  private boolean refreshed(Weights weights, long now) {
    boolean any = false;
    for (Model model : weights.models()) {
      Demand demand = demandOf(model);
      if (now >= demand.staleAtNanos) {
        demand.staleAtNanos = Long.MIN_VALUE;
        recompute(model, demand, now);
        any = true;
      }
    }
    return any;
  }

  private boolean hasRoom(Gpu gpu, long now) {
    return gpu.load().outstandingNanos(now) < aheadNanos(gpu)
        && gpu.load().lagNanos(now) <= board.config().maxLagNanos()
        && !loadOf(gpu).stuck(now);
  }

  /** Where LOAD waits for EXEC it has to stand in line, or it would never have its turn. */
  private long aheadNanos(Gpu gpu) {
    return gpu.spec().loadExcludesExec()
        ? board.config().loadHorizonNanos()
        : leeway.aheadNanos(gpu);
  }

  private boolean pagesCanBeHad(Gpu gpu, Weights weights) {
    int needed = weights.pagesOn(gpu) - gpu.freePages();
    return needed <= 0 || victims(gpu, weights).stream().mapToInt(Residence::pages).sum() >= needed;
  }

  /** The least recently used idle weights whose pages suffice; fewer where there are not enough. */
  private List<Residence> victims(Gpu gpu, Weights weights) {
    int needed = weights.pagesOn(gpu) - gpu.freePages();
    if (needed <= 0 || claims.of(weights).unservedNanos <= 0) {
      return List.of(); // Nobody is turned out for a model that is served.
    }
    List<Residence> victims = new ArrayList<>();
    int looked = 0;
    for (Residence residence : gpu.leastRecentlyUsed()) {
      if (needed <= 0 || looked++ == VICTIMS) {
        break;
      }
      Weights held = residence.weights();
      boolean lastWarm = held.keepWarm() && held.residences().size() == 1;
      if (residence.idle() && !lastWarm) {
        victims.add(residence);
        needed -= residence.pages();
      }
    }
    return victims;
  }

  // Demand and who serves it

  private long horizon(Request request) {
    return (long) (within * Math.min(request.sloNanos(), horizonNanosMax));
  }

  /** A request that waits for the LOAD has lost most of its time, or all of it. */
  private static boolean slow(Model model, long sloNanos) {
    return 2 * (model.shortestLoadNanos() + model.shortestExecNanos(1)) > sloNanos;
  }

  private boolean canWaitForLoad(Model model, Pending request, long now) {
    return now < lateForLoadNanos(model, request);
  }

  /** From then on there is no time left to load the model, hear of it, and run the request. */
  private long lateForLoadNanos(Model model, Pending request) {
    Delays delays = board.delays();
    return request.deadlineNanos()
        - (delays.outwardNanos() + model.shortestLoadNanos() + delays.homewardNanos())
        - (delays.outwardNanos() + model.shortestExecNanos(request.rows()))
        - delays.marginNanos()
        + 1;
  }

  private void recompute(Model model, Demand demand, long now) {
    if (model.gone()) {
      forget(model);
      return;
    }
    uncountLate(model, demand, now);
    long wanted = demand.nanos(now);
    boolean precise = !everywhere(model.weights()) && demand.shares.size() <= FEW_REPLICAS;
    if (precise || now >= demand.staleAtNanos) {
      demand.shares.spread(wanted, now);
      demand.servedNanos = demand.shares.servedNanos(demand.horizonNanos, now);
      demand.staleAtNanos = now + STALE_NANOS;
    }
    demand.unservedNanos = wanted - demand.servedNanos;
    // What can't wait for a LOAD is loaded before it is needed, wherever pages are free.
    demand.ahead = (demand.preload && model.replicas().isEmpty()) || demand.passes(now);
    weigh(model.weights());
  }

  /** Says where the weights stand among all that are wanted, for all that run on them. */
  private void weigh(Weights weights) {
    Claim claim = claims.of(weights);
    claim.unservedNanos = 0;
    long lateNanos = Long.MAX_VALUE;
    boolean ahead = false;
    boolean isUrgent = false;
    boolean isWaitedFor = false;
    for (Model model : weights.models()) {
      Demand demand = demandOf(model);
      claim.unservedNanos += Math.max(0, demand.unservedNanos);
      if (!model.queue().isEmpty()) {
        lateNanos = Math.min(lateNanos, model.queue().first().deadlineNanos());
      }
      ahead |= demand.ahead;
      isUrgent |= urgent.test(model);
      isWaitedFor |= demand.queuedNanos > 0;
    }
    if (!everywhere(weights) && (claim.unservedNanos > 0 || ahead)) {
      long priority = isUrgent ? Long.MAX_VALUE : Math.max(claim.unservedNanos, 1);
      wanting.put(weights.wanting(), -priority, lateNanos);
    } else {
      wanting.remove(weights.wanting());
    }
    boolean toCome = weights.residences().isEmpty() && isWaitedFor;
    plan(claim, toCome ? weights.shortestLoadNanos() : 0);
  }

  private static boolean everywhere(Weights weights) {
    return weights.residences().size() == weights.gpusInReach();
  }

  private void plan(Claim claim, long loadNanos) {
    plannedNanos += loadNanos - claim.plannedNanos;
    claim.plannedNanos = loadNanos;
  }

  /** Requests whose deadline no longer allows LOAD and INFER stop counting; each does so once. */
  private void uncountLate(Model model, Demand demand, long now) {
    if (now < demand.nextLateNanos) {
      return;
    }
    Optional<Pending> next =
        demand.uncountedUpTo.isPresent()
            ? model.queue().after(demand.uncountedUpTo.get())
            : model.queue().head();
    while (next.isPresent() && !canWaitForLoad(model, next.get(), now)) {
      demand.queuedNanos -= next.get().demandNanos();
      next.get().demands(0);
      demand.uncountedUpTo = next;
      next = model.queue().after(next.get());
    }
    demand.nextLateNanos = next.isPresent() ? lateForLoadNanos(model, next.get()) : Long.MAX_VALUE;
  }

  private Shares.Load loadOf(Gpu gpu) {
    return loads.of(gpu);
  }

  private Demand demandOf(Model model) {
    return demands.of(model);
  }

  /** Nothing is kept of it, and nobody's load counts it any more. */
  void forget(Model model) {
    wanting.remove(model.weights().wanting());
    claims.remove(model.weights()).ifPresent(claim -> plan(claim, 0));
    demands.remove(model).ifPresent(demand -> demand.shares.clear());
  }
}
