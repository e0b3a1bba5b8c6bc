package org.clockwork.core.policy;

import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;

/**
 * The published scheduler, without its faults: full batches in the order of their latest begin, fed
 * ahead by a fixed time; weights by unserved demand; a request that can't be served times out.
 */
final class Infer5 implements Policy {
  private final Feeding feeding;
  private final Loading loading;

  Infer5(Board board) {
    feeding = new Feeding(board);
    loading = new Loading(board);
  }

  @Override
  public void queued(Pending request, long now) {
    feeding.offer(request.model(), now);
    if (request.queued()) {
      loading.queued(request, now);
    }
  }

  @Override
  public void unqueued(Pending request, long now) {
    loading.unqueued(request, now);
  }

  @Override
  public void missed(Request request, Model model, long now) {
    loading.missed(request, model, now);
  }

  @Override
  public void room(Gpu gpu, long now) {
    feeding.feed(gpu, now);
    loading.room(gpu, now);
  }

  @Override
  public void resident(Replica replica, long now) {
    feeding.offer(replica, now);
    feeding.feed(replica.gpu(), now);
    loading.moved(replica.model(), now);
  }

  @Override
  public void evicted(Replica replica, long now) {
    loading.moved(replica.model(), now);
  }

  @Override
  public void hosted(Model model, Host host, long now) {
    loading.hosted(model, host, now);
  }

  @Override
  public void left(Gpu gpu, long now) {
    feeding.left(gpu);
    loading.left(gpu);
  }
}
