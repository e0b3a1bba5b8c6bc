package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Timers;

/** Prototype of the default policy. */
final class Late implements Policy {
  static final int REACH = 16;
  static final int LOOKED = 24;
  static final long OVER = (long) (1e6 * Double.parseDouble(System.getProperty("over", "36")));
  static final double WK = Double.parseDouble(System.getProperty("wk", "25"));
  static final double WMAX = Double.parseDouble(System.getProperty("wmax", "4"));

  static final double WINDOW = Double.parseDouble(System.getProperty("win", "0.8"));
  static final double MEM = 1e9 * Double.parseDouble(System.getProperty("mem", "0.5"));
  public static final Map<String, Integer> HIST = Boolean.getBoolean("hist") ? new java.util.TreeMap<>() : null;
  static { if (HIST != null) { Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println(HIST))); } }
  static final double TG = Double.parseDouble(System.getProperty("tg", "0.8"));
  static final double PF = Double.parseDouble(System.getProperty("pf", "1"));
  static final double PR = Double.parseDouble(System.getProperty("pr", "1"));
  private final Board board;
  private final Loading loading;
  private final Overload overload = new Overload();
  private final Map<Model, Line> lines = new HashMap<>();
  private final Map<Gpu, Lane> lanes = new HashMap<>();
  private int turn;

  /** What is known of a model that has requests. */
  private final class Line {
    private final Model model;
    private final Timers.Timer pruning;
    private final List<Lane> homes = new ArrayList<>();
    private final List<Long> costs = new ArrayList<>();
    private boolean passedOver;
    private double arrivals;
    private long arrivalsAt = Long.MIN_VALUE;

    void arrived(int rows, long now) {
      arrivals = arrivalsAt == Long.MIN_VALUE ? rows : arrivals * Math.exp((arrivalsAt - now) / MEM) + rows;
      arrivalsAt = now;
    }

    double perNano(long now) {
      return arrivals / MEM;
    }

    Line(Model model) {
      this.model = model;
      this.pruning = board.timers().timer(now -> prune(this, now));
    }
  }

  /** One GPU. */
  private final class Lane {
    private final Gpu gpu;
    private final Timers.Timer wakeUp;
    private long plannedNanos;
    private final List<Replica> passedOver = new ArrayList<>();

    Lane(Gpu gpu) {
      this.gpu = gpu;
      this.wakeUp = board.timers().timer(due -> feed(this, due));
    }
  }

  Late(Board board) {
    this.board = board;
    this.loading = new Loading(board);
  }

  private Line line(Model model) {
    return lines.computeIfAbsent(model, Line::new);
  }

  private Lane lane(Gpu gpu) {
    return lanes.computeIfAbsent(gpu, Lane::new);
  }

  // ---- someone is always about to be free

  static final double C0 = Double.parseDouble(System.getProperty("c0", "1"));
  static final double C1 = Double.parseDouble(System.getProperty("c1", "2"));
  private long tightSlo = Long.MAX_VALUE;
  private long tightSlack;
  private Model tightModel;
  private long tightSeen = Long.MIN_VALUE;
  private double tightWork;
  private long tightWorkAt = Long.MIN_VALUE;

  private void tight(Pending request, long now) {
    long slo = request.request().sloNanos();
    if (slo <= tightSlo || now > tightSeen + 1_000_000_000L) {
      if (slo != tightSlo) {
        tightWork = 0;
      }
      tightSlo = slo;
      tightModel = request.model();
      Gpu gpu = request.model().replicas().getFirst().gpu();
      tightSlack =
          slo
              - request.model().shortestExecNanos(request.rows())
              - gpu.host().delays().marginNanos()
              - gpu.host().delays().outwardNanos();
      tightSeen = now;
    }
    if (slo <= 2 * tightSlo) {
      double kept = tightWorkAt == Long.MIN_VALUE ? 0 : Math.exp((tightWorkAt - now) / 1e9);
      tightWork = tightWork * kept + request.model().shortestExecNanos(request.rows());
      tightWorkAt = now;
    }
  }

  /** Whether enough others are about to be free, should this one be busy for long. */
  private boolean othersAboutToBeFree(Gpu gpu, long now) {
    double rho = tightWork / 1e9;
    List<Replica> replicas = tightModel.replicas();
    int looked = Math.min(REACH, replicas.size());
    int needed = (int) Math.ceil(C0 + rho + C1 * Math.sqrt(rho));
    int free = 0;
    for (int i = 0; i < looked; i++) {
      Gpu other = replicas.get(i).gpu();
      if (other != gpu && replicas.get(i).resident() && other.exec().freeAtNanos(now) <= now + tightSlack) {
        free++;
      }
    }
    return free + 1 >= Math.min(needed, looked);
  }

  private long execNanosMax(Model model, Gpu gpu, long now) {
    if (model.queue().isEmpty() || tightModel == null || now > tightSeen + 1_000_000_000L) {
      return Long.MAX_VALUE;
    }
    if (model.queue().first().request().sloNanos() < 4 * tightSlo || !gpu.has(tightModel)) {
      return Long.MAX_VALUE;
    }
    return othersAboutToBeFree(gpu, now) ? Long.MAX_VALUE : tightSlack;
  }

  // ---- events

  @Override
  public void queued(Pending request, long now) {
    Model model = request.model();
    Line line = line(model);
    line.arrived(request.rows(), now);
    loading.queued(request, now);
    if (!request.queued()) {
      return;
    }
    if (model.replicas().isEmpty()) {
      return;
    }
    boolean first = model.queue().first() == request;
    if (first || line.passedOver) {
      line.passedOver = false;
      offer(model, now);
    }
    if (request.queued()) {
      tight(request, now);
      admit(line, request, now);
    }
    if (request.queued() && first) {
      setPruning(line, now);
    }
  }

  @Override
  public void unqueued(Model model, List<Pending> requests, long now) {
    loading.unqueued(model, requests, now);
    replan(line(model), now);
  }

  @Override
  public void missed(Request request, Model model, long now) {
    loading.missed(request, model, now);
  }

  @Override
  public void room(Gpu gpu, long now) {
    Lane lane = lane(gpu);
    if (!lane.passedOver.isEmpty()) {
      for (Replica replica : List.copyOf(lane.passedOver)) {
        if (replica.resident() && !replica.model().queue().isEmpty()) {
          put(replica);
        }
      }
      lane.passedOver.clear();
    }
    feed(lane, now);
    if (!held.isEmpty()) {
      for (Lane other : List.copyOf(held)) {
        held.remove(other);
        feed(other, now);
      }
    }
    loading.room(gpu, now);
  }

  @Override
  public void resident(Replica replica, long now) {
    if (!replica.model().queue().isEmpty()) {
      put(replica);
      setPruning(line(replica.model()), now);
    }
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
    Line line = lines.remove(model);
    if (line != null) {
      line.pruning.cancel();
    }
  }

  @Override
  public void left(Gpu gpu, long now) {
    Lane lane = lanes.remove(gpu);
    if (lane != null) {
      held.remove(lane);
      lane.wakeUp.cancel();
    }
    loading.left(gpu);
  }

  // ---- admission

  private void admit(Line line, Pending request, long now) {
    Model model = line.model;
    Lane best = null;
    long bestAt = Long.MAX_VALUE;
    Estimates estimates = null;
    List<Replica> replicas = model.replicas();
    if (!line.homes.isEmpty()) {
      estimates = model.estimatesOn(line.homes.getLast().gpu);
      if (fits(line, model.queue().rows(), estimates)) {
        replan(line, now);
        return;
      }
    }
    for (int i = 0; i < Math.min(REACH, replicas.size()); i++) {
      Replica replica = replicas.get(i);
      Lane lane = lane(replica.gpu());
      long at = board.beginNanos(replica.gpu(), now) + lane.plannedNanos;
      if (!replica.resident()) {
        at += replica.gpu().load().outstandingNanos(now);
      }
      if (at < bestAt) {
        bestAt = at;
        best = lane;
        estimates = replica.estimates();
      }
    }
    long exec = estimates.execNanosForRows(request.rows());
    long late =
        bestAt
            + exec
            + best.gpu.host().delays().marginNanos()
            - request.deadlineNanos()
            - OVER;
    if (late > 0) {
      overload.lost(1, now);
      board.refuse(request, RefusalCause.QUEUE, "queue", late, now);
      return;
    }
    line.homes.add(best);
    line.costs.add(0L);
    replan(line, now);
  }

  /** The place of the largest batch that an objective leaves time for. */
  private static int target(Estimates estimates, Pending request) {
    int place = estimates.sizes() - 1;
    while (place > 0 && estimates.execNanos(place) > TG * request.request().sloNanos()) {
      place--;
    }
    return place;
  }

  private static int rowsEach(Line line, Estimates estimates) {
    return estimates.batch(target(estimates, line.model.queue().last()));
  }

  private static boolean fits(Line line, int rows, Estimates estimates) {
    return rows <= line.homes.size() * rowsEach(line, estimates);
  }

  private void replan(Line line, long now) {
    int rows = line.model.queue().rows();
    if (rows == 0) {
      while (!line.homes.isEmpty()) {
        line.homes.removeLast().plannedNanos -= line.costs.removeLast();
      }
      return;
    }
    int i = 0;
    while (i < line.homes.size()) {
      Lane lane = line.homes.get(i);
      Estimates estimates = line.model.estimatesOn(lane.gpu);
      int each = rowsEach(line, estimates);
      int here = Math.min(rows, each);
      if (here <= 0) {
        while (line.homes.size() > i) {
          line.homes.removeLast().plannedNanos -= line.costs.removeLast();
        }
        return;
      }
      rows -= here;
      double expected = line.perNano(now) * WINDOW * line.model.queue().last().request().sloNanos();
      long cost = estimates.execNanosForRows((int) Math.max(here, Math.min(each, expected)));
      if (cost != line.costs.get(i)) {
        lane.plannedNanos += cost - line.costs.get(i);
        line.costs.set(i, cost);
      }
      i++;
    }
  }

  // ---- pruning

  private long hopelessAt(Model model, Pending head, long now) {
    Gpu gpu = model.replicas().getFirst().gpu();
    return head.deadlineNanos()
        - (long) (overload.lostShare(now) > 0.2 ? PR * model.estimatesOn(gpu).execNanos(target(model.estimatesOn(gpu), head)) + (1-PR) * model.shortestExecNanos(head.rows()) : model.shortestExecNanos(head.rows()))
        - gpu.host().delays().marginNanos()
        - gpu.host().delays().outwardNanos()
        + 1;
  }

  private void setPruning(Line line, long now) {
    Model model = line.model;
    if (!model.queue().isEmpty() && !model.replicas().isEmpty()) {
      line.pruning.setAt(Math.max(now, hopelessAt(model, model.queue().first(), now)));
    }
  }

  private void prune(Line line, long now) {
    Model model = line.model;
    while (!model.queue().isEmpty() && !model.replicas().isEmpty()) {
      Pending head = model.queue().first();
      if (hopelessAt(model, head, now) > now) {
        break;
      }
      overload.lost(1, now);
      board.refuse(head, RefusalCause.QUEUE, "others were more urgent", 1, now);
    }
    setPruning(line, now);
  }

  // ---- feeding

  private void offer(Model model, long now) {
    List<Replica> replicas = model.replicas();
    int offers = Math.min(replicas.size(), REACH);
    if (offers < replicas.size()) {
      turn += offers;
    }
    Replica freest = null;
    long freestAt = Long.MAX_VALUE;
    for (int i = 0; i < offers; i++) {
      Replica replica = replicas.get(Math.floorMod(turn + i, replicas.size()));
      if (!replica.resident()) {
        continue;
      }
      put(replica);
      long freeAt = replica.gpu().exec().freeAtNanos(now);
      if (freeAt < freestAt) {
        freest = replica;
        freestAt = freeAt;
      }
    }
    if (freest != null) {
      feed(lane(freest.gpu()), now);
    }
  }

  private static void put(Replica replica) {
    long key = replica.model().queue().first().deadlineNanos();
    if (!replica.candidate().queued() || key < replica.candidate().key()) {
      replica.gpu().candidates().put(replica.candidate(), key);
    }
  }

  private boolean hasRoom(Gpu gpu, long now) {
    return roomAt(gpu, now) <= now && gpu.exec().lagNanos(now) <= board.config().maxLagNanos();
  }

  private long roomAt(Gpu gpu, long now) {
    return gpu.exec().freeAtNanos(now) - gpu.host().delays().aheadNanos() + 1;
  }

  private final java.util.LinkedHashSet<Lane> held = new java.util.LinkedHashSet<>();

  private final List<Replica> looked = new ArrayList<>(LOOKED);

  private void feed(Lane lane, long now) {
    Gpu gpu = lane.gpu;
    while (!gpu.candidates().isEmpty() && hasRoom(gpu, now)) {
      double worth = Math.min(WMAX, WK * Math.max(0, overload.lostShare(now) - 0.01));
      looked.clear();
      gpu.candidates().leading(LOOKED, looked);
      Replica best = null;
      long bestKey = Long.MAX_VALUE;
      long begin = board.beginNanos(gpu, now) + gpu.host().delays().marginNanos();
      for (Replica replica : looked) {
        Model model = replica.model();
        if (model.queue().isEmpty()) {
          gpu.candidates().remove(replica.candidate());
          continue;
        }
        gpu.candidates().put(replica.candidate(), model.queue().first().deadlineNanos());
        long most = execNanosMax(model, gpu, now);
        long key = key(model, replica.estimates(), begin, worth, most);
        if (key == Long.MAX_VALUE && most != Long.MAX_VALUE) {
          continue;
        }
        if (key == Long.MAX_VALUE) {
          gpu.candidates().remove(replica.candidate());
          lane.passedOver.add(replica);
          line(model).passedOver = true;
        } else if (key < bestKey) {
          bestKey = key;
          best = replica;
        }
      }
      if (best == null) {
        if (gpu.candidates().isEmpty()) { continue; }
        held.add(lane);
        break;
      }
      held.remove(lane);
      Batching.Batch batch =
          batch(best.model(), best.estimates(), begin, execNanosMax(best.model(), gpu, now));
      overload.served(batch.requests().size(), now);
      if (HIST != null) { HIST.merge(batch.rows() + "/" + batch.size(), 1, Integer::sum); }
      board.infer(best, batch.size(), batch.requests(), now);
      if (best.model().queue().isEmpty()) {
        gpu.candidates().remove(best.candidate());
      } else {
        setPruning(line(best.model()), now);
      }
    }
    if (!gpu.candidates().isEmpty() && !gpu.gone() && gpu.exec().lagNanos(now) <= 0) {
      lane.wakeUp.setAt(roomAt(gpu, now));
    }
  }

  private static Batching.Batch batch(Model model, Estimates estimates, long begin, long most) {
    Batching.Batch best = null;
    double bestRate = 0;
    for (int place = estimates.sizes() - 1; place >= 0; place--) {
      if (estimates.execNanos(place) > most) {
        continue;
      }
      Batching.Batch batch = Batching.fill(model, estimates, place, begin);
      double rate = batch.rows() / (double) estimates.execNanos(place);
      if (rate > bestRate / PF) {
        best = batch;
        bestRate = rate;
      }
    }
    return best;
  }

  private long key(Model model, Estimates estimates, long begin, double worth, long most) {
    Batching.Batch best = batch(model, estimates, begin, most);
    if (best == null) {
      return Long.MAX_VALUE;
    }
    long exec = estimates.execNanosForRows(best.size());
    double rate = best.rows() / (double) exec;
    Pending head = best.requests().getFirst();
    long latest = head.deadlineNanos() - exec;
    return latest
        - (long) (worth * Math.min(tightSlo, head.request().sloNanos()) * rate / estimates.bestRowsPerNano());
  }
}
