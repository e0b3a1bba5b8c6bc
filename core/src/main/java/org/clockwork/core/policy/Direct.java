package org.clockwork.core.policy;

import java.util.List;
import java.util.function.Predicate;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;

/**
 * The published test controller DIRECT: models are loaded when they are registered, each request
 * goes to its worker the moment it comes, and nothing is ever scheduled. Shows what workers and
 * network do by themselves.
 */
final class Direct implements Policy {
  private final Board board;
  private final Sending sending;
  private final Placing placing;

  /**
   * @param used whether a replica is to have requests now
   */
  Direct(Board board, Placing.Spread spread, Predicate<Replica> used) {
    this.board = board;
    this.sending = new Sending(board, used);
    this.placing = new Placing(board, spread);
  }

  @Override
  public void queued(Pending request, long now) {
    Model model = request.model();
    if (model.replicas().isEmpty()) {
      placing.place(model.weights(), now);
    }
    if (model.replicas().isEmpty()) {
      board.refuse(
          request,
          RefusalCause.NO_CAPACITY,
          "no GPU that could run %s has pages free, and this policy never unloads a model"
              .formatted(model),
          0,
          now);
      return;
    }
    sending.queued(request, now);
  }

  @Override
  public void unqueued(Model model, List<Pending> requests, long now) {}

  @Override
  public void missed(Request request, Model model, long now) {
    placing.place(model.weights(), now);
  }

  @Override
  public void room(Gpu gpu, long now) {
    placing.room(gpu, now);
    sending.room(gpu, now);
  }

  @Override
  public void resident(Replica replica, long now) {
    sending.resident(replica, now);
  }

  @Override
  public void evicted(Replica replica, long now) {
    placing.evicted(replica.model().weights());
  }

  @Override
  public void hosted(Model model, Host host, long now) {
    placing.place(model.weights(), now);
  }

  @Override
  public void forgotten(Model model) {
    placing.forget(model.weights());
    sending.forget(model);
  }

  @Override
  public void left(Gpu gpu, long now) {
    placing.left(gpu);
    sending.left(gpu, now);
  }
}
