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

/**
 * Another policy, under which no weights stay for long: as often as a GPU has ended so many
 * actions, the model that it has not used for longest is unloaded, and then loaded again. With a
 * load on all models every GPU has LOADs, INFERs and UNLOADs to do all the time, which is what the
 * published test controller STRESS is for.
 */
final class Turnover implements Policy {
  /** Often enough that LOAD is busy beside EXEC, rarely enough that most models are there. */
  private static final int ACTIONS_EACH = 8;

  /** Replicas looked at for one that nothing needs just now. */
  private static final int REACH = 16;

  private final Board board;
  private final Policy under;
  private final Map<Gpu, Integer> ended = new HashMap<>();

  Turnover(Board board, Policy under) {
    this.board = board;
    this.under = under;
  }

  @Override
  public void room(Gpu gpu, long now) {
    if (!gpu.gone() && ended.merge(gpu, 1, Integer::sum) >= ACTIONS_EACH) {
      ended.put(gpu, 0);
      unloadOne(gpu, now);
    }
    under.room(gpu, now);
  }

  private void unloadOne(Gpu gpu, long now) {
    gpu.leastRecentlyUsed().stream()
        .limit(REACH)
        .filter(replica -> replica.idle() && !replica.model().gone())
        .findFirst()
        .ifPresent(replica -> board.unload(replica, now));
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
    under.left(gpu, now);
  }
}
