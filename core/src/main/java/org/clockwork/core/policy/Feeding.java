package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Timers;

/**
 * Keeps EXEC executors busy: each GPU orders those of its models that have requests by urgency and
 * runs the most urgent one while less than schedule-ahead is outstanding.
 *
 * <p>A model is offered to all GPUs that hold it, or to {@link #REACH} of them, in turn, where more
 * do, so that no event costs more than that. Urgency is kept from the time of the offer; it only
 * decreases with time, and an entry that is found to have become less urgent than the next is put
 * back, at most {@link #REPRIEVES} times a decision.
 */
final class Feeding {
  static final int REACH = 16;

  /**
   * A batch that goes makes its model's entries stale on all its other GPUs, and what a GPU runs
   * has to be what the policy says: simulated, 100 models on 10 GPUs at 2 × their bound, flex got
   * 8,030/s done with 4 and 9,217/s with this.
   */
  static final int REPRIEVES = 64;

  private final Board board;
  private final Batching batching;
  private final Leeway leeway;
  private final Room room;
  private final Map<Gpu, Timers.Timer> wakeUps = new HashMap<>();

  /** Replicas, at most REACH a GPU, none of whose requests fitted behind what was outstanding. */
  private final Map<Gpu, List<Replica>> passedOver = new HashMap<>();

  private int turn;

  Feeding(Board board, Batching batching, Leeway leeway) {
    this.board = board;
    this.batching = batching;
    this.leeway = leeway;
    this.room = new Room(board, leeway);
  }

  /** The model has this request more. */
  void queued(Pending request, long now) {
    batching.queued(request, now);
    offer(request.model(), now);
  }

  /** Whoever has room for the model's requests takes them up. */
  void offer(Model model, long now) {
    List<Replica> replicas = model.replicas();
    int offers = Math.min(replicas.size(), REACH);
    if (offers < replicas.size()) {
      turn += offers;
    }
    Estimates kind = null;
    long rank = Long.MAX_VALUE;
    Gpu freest = null;
    long freestAt = Long.MAX_VALUE;
    for (int i = 0; i < offers; i++) {
      Replica replica = replicas.get(Math.floorMod(turn + i, replicas.size()));
      if (!replica.resident()) {
        continue;
      }
      if (replica.estimates() != kind) {
        kind = replica.estimates(); // Shared by all GPUs of one kind, and so is the rank.
        rank = batching.rank(model, kind, now);
      }
      rank(replica, rank);
      long freeAt = replica.gpu().exec().freeBesideOthersNanos(now);
      if (freeAt < freestAt) {
        freest = replica.gpu();
        freestAt = freeAt;
      }
    }
    if (freest != null) {
      feed(freest, now);
    }
  }

  /** Makes the replica a candidate of its GPU, as urgent as its model is now. */
  void offer(Replica replica, long now) {
    Model model = replica.model();
    if (!model.queue().isEmpty()) {
      rank(replica, batching.rank(model, replica.estimates(), now));
    }
  }

  private static void rank(Replica replica, long rank) {
    if (rank == Long.MAX_VALUE) {
      return; // None of its requests can make it any more.
    }
    if (!replica.candidate().queued() || rank < replica.candidate().key()) {
      replica.gpu().candidates().put(replica.candidate(), rank);
    }
  }

  /**
   * An action of the GPU has ended, perhaps sooner than predicted: what did not fit may fit now.
   */
  void room(Gpu gpu, long now) {
    List<Replica> again = passedOver.remove(gpu);
    if (again != null) {
      for (Replica replica : again) {
        if (replica.resident()) {
          offer(replica, now);
        }
      }
    }
    feed(gpu, now);
  }

  private void passOver(Replica replica) {
    List<Replica> others = passedOver.computeIfAbsent(replica.gpu(), _ -> new ArrayList<>());
    if (others.size() < REACH) {
      others.add(replica);
    }
  }

  /** Gives the GPU work while it has room. */
  void feed(Gpu gpu, long now) {
    int reprieves = 0;
    while (!gpu.candidates().isEmpty() && room.isThere(gpu, now)) {
      Replica replica = gpu.candidates().first().value();
      Model model = replica.model();
      int rows = Math.min(model.queue().rows(), replica.estimates().largestBatch());
      long begin = board.beginNanos(replica, rows, now) + leeway.marginNanos(gpu, now);
      var batch = batching.batch(model, replica.estimates(), begin);
      if (batch.isEmpty()) {
        gpu.candidates().remove(replica.candidate());
        passOver(replica);
        continue;
      }
      long rank = batching.rank(model, replica.estimates(), begin);
      if (rank > gpu.candidates().secondKey() && reprieves < REPRIEVES) {
        reprieves++;
        gpu.candidates().put(replica.candidate(), rank);
        continue;
      }
      gpu.candidates().remove(replica.candidate());
      batching.sends(model, replica.estimates(), batch.get(), begin, now);
      board.infer(replica, batch.get().size(), batch.get().requests(), now);
      offer(replica, now);
    }
    wakeWhenThereIsRoom(gpu, now);
  }

  void forget(Model model) {
    batching.forget(model);
  }

  void left(Gpu gpu) {
    passedOver.remove(gpu);
    Timers.Timer wakeUp = wakeUps.remove(gpu);
    if (wakeUp != null) {
      wakeUp.cancel();
    }
  }

  /** Where something is late, its end is what to wait for. */
  private void wakeWhenThereIsRoom(Gpu gpu, long now) {
    long wakeAt = room.wakeAtNanos(gpu, now);
    if (wakeAt != Long.MAX_VALUE) {
      wakeUps.computeIfAbsent(gpu, _ -> board.timers().timer(due -> feed(gpu, due))).setAt(wakeAt);
    }
  }
}
