package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Notes;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Timers;

/**
 * Gives each GPU its next batch so late that it just arrives in time, and at once where it is idle.
 * Of the models that wait there, first goes who has to begin first; the more of the load is lost,
 * the more it is who gets most done.
 */
final class LateFeeding {
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

  /** Hears of each batch that is on its way. */
  interface Told {
    void sent(Model model, Batching.Batch batch, long now);
  }

  private final Board board;
  private final Standby standby;
  private final Overload overload;
  private final Turns turns;
  private final Told told;
  private final Leeway leeway;
  private final Room room;
  private final Choice choice = new Choice();
  private final Notes<Model, Looked> looked;
  private final Notes<Gpu, Lane> lanes;

  /** Lanes that could run something but keep free for those in a hurry. */
  private final SequencedSet<Lane> standingBy = new LinkedHashSet<>();

  private final List<Replica> compared = new ArrayList<>(COMPARED);
  private int turn;

  /** What came of looking at a model. */
  private static final class Looked {
    /** Some GPU with room had no batch of its that would have been in time. */
    private boolean passedOver;
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

  LateFeeding(Board board, Standby standby, Overload overload, Turns turns, Told told) {
    this.board = board;
    this.standby = standby;
    this.overload = overload;
    this.turns = turns;
    this.told = told;
    this.leeway = Leeway.measured(board);
    this.room = new Room(board, leeway);
    this.looked = board.notes(_ -> new Looked());
    this.lanes = board.notes(Lane::new);
  }

  /**
   * A request of the model has come.
   *
   * @param first whether it is in front of its queue
   */
  void arrived(Model model, boolean first, long now) {
    Looked before = looked.of(model);
    if (first || before.passedOver) {
      before.passedOver = false;
      offer(model, now);
    }
  }

  /** Something of the GPU's has ended: who did not fit may fit now, there and elsewhere. */
  void room(Gpu gpu, long now) {
    Lane lane = lanes.of(gpu);
    for (Replica replica : List.copyOf(lane.passedOver)) {
      offer(replica);
    }
    lane.passedOver.clear();
    feed(lane, now);
    for (Lane other : List.copyOf(standingBy)) {
      standingBy.remove(other);
      feed(other, now);
    }
  }

  /** The replica can be run from now on. */
  void resident(Replica replica, long now) {
    offer(replica);
    feed(lanes.of(replica.gpu()), now);
  }

  void left(Gpu gpu) {
    lanes
        .remove(gpu)
        .ifPresent(
            lane -> {
              standingBy.remove(lane);
              lane.wakeUp.cancel();
            });
  }

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
      long freeAt = gpu.exec().freeBesideOthersNanos(now);
      if (freeAt < freestAt) {
        freest = gpu;
        freestAt = freeAt;
      }
    }
    if (freest != null) {
      feed(lanes.of(freest), now);
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
    long bestEndNanos = 0;
    Replica called = null; // Whose turn it is, and who has to begin first of all those.
    long calledLatestNanos = Long.MAX_VALUE;
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
          bestEndNanos = beginNanos(replica, now) + choice.execNanos();
        }
        long latest = turns.firstDeadlineNanos(model) - choice.execNanos();
        if (latest < calledLatestNanos) {
          calledLatestNanos = latest;
          called = replica;
        }
      } else if (standby.execNanosMax(replica, now) == Long.MAX_VALUE) {
        gpu.candidates().remove(replica.candidate());
        lane.passedOver.add(replica);
        looked.of(model).passedOver = true;
      }
    }
    return Optional.ofNullable(bestEndNanos > calledLatestNanos ? called : best);
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
        + Leeway.tried(
            leeway.marginNanos(replica.gpu(), now), replica.model().queue().first().sloNanos());
  }

  private void run(Replica replica, long now) {
    choose(replica, now);
    Model model = replica.model();
    Batching.Batch batch =
        Batching.fill(model, replica.estimates(), choice.place(), beginNanos(replica, now));
    board.infer(replica, batch.size(), batch.requests(), now);
    if (model.queue().isEmpty()) {
      replica.gpu().candidates().remove(replica.candidate());
    }
    told.sent(model, batch, now);
  }
}
