package org.clockwork.core.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Residence;

/**
 * The published test controller STRESS, under a load on all models: every model on every GPU, and
 * no weights stay for long. As often as a GPU has ended so many actions, the model that it has not
 * used for longest gets no more requests there; once those that it has are through, it is unloaded,
 * and loaded again. So every GPU has LOADs, INFERs and UNLOADs to do all the time.
 */
final class Turnover implements Policy {
  /** Often enough that LOAD is busy beside EXEC, rarely enough that most models are there. */
  private static final int ACTIONS_EACH = 8;

  private final Board board;
  private final Direct under;
  private final Map<Gpu, Integer> ended = new HashMap<>();

  /** Of each GPU, what is to be unloaded next. */
  private final Map<Gpu, Residence> leaving = new HashMap<>();

  Turnover(Board board) {
    this.board = board;
    this.under =
        new Direct(
            board,
            Placing.Spread.ALL_GPUS,
            replica -> !replica.residence().equals(leaving.get(replica.gpu())));
  }

  @Override
  public void room(Gpu gpu, long now) {
    if (!gpu.gone()) {
      chooseNext(gpu);
      unloadIfThrough(gpu, now);
    }
    under.room(gpu, now);
  }

  private void chooseNext(Gpu gpu) {
    if (ended.merge(gpu, 1, Integer::sum) >= ACTIONS_EACH && !leaving.containsKey(gpu)) {
      gpu.leastRecentlyUsed().stream()
          .filter(residence -> residence.resident() && !residence.weights().gone())
          .findFirst()
          .ifPresent(residence -> leaving.put(gpu, residence));
    }
  }

  private void unloadIfThrough(Gpu gpu, long now) {
    Residence residence = leaving.get(gpu);
    if (residence != null && residence.idle()) {
      ended.put(gpu, 0);
      board.unload(residence, now);
    }
  }

  @Override
  public void queued(Pending request, long now) {
    under.queued(request, now);
  }

  @Override
  public void unqueued(Model model, List<Pending> requests, long now) {
    under.unqueued(model, requests, now);
  }

  @Override
  public void missed(Request request, Model model, long now) {
    under.missed(request, model, now);
  }

  @Override
  public void resident(Replica replica, long now) {
    under.resident(replica, now);
  }

  @Override
  public void evicted(Replica replica, long now) {
    leaving.remove(replica.gpu(), replica.residence());
    under.evicted(replica, now);
  }

  @Override
  public void hosted(Model model, Host host, long now) {
    under.hosted(model, host, now);
  }

  @Override
  public void forgotten(Model model) {
    under.forgotten(model);
  }

  @Override
  public void left(Gpu gpu, long now) {
    ended.remove(gpu);
    leaving.remove(gpu);
    under.left(gpu, now);
  }
}
