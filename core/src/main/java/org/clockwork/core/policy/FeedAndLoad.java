package org.clockwork.core.policy;

import java.util.List;
import java.util.function.ToLongFunction;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;

/**
 * A policy put together from parts: how much of an objective is kept back, how EXEC executors are
 * fed, and which weights go where. {@link Policies} says which parts make which policy.
 */
final class FeedAndLoad implements Policy {
  private final ToLongFunction<Request> bufferNanos;
  private final Feeding feeding;
  private final Loading loading;

  FeedAndLoad(ToLongFunction<Request> bufferNanos, Feeding feeding, Loading loading) {
    this.bufferNanos = bufferNanos;
    this.feeding = feeding;
    this.loading = loading;
  }

  @Override
  public long bufferNanos(Request request) {
    return bufferNanos.applyAsLong(request);
  }

  @Override
  public void queued(Pending request, long now) {
    feeding.queued(request, now);
    if (request.queued()) {
      loading.queued(request, now);
    }
  }

  @Override
  public void unqueued(Model model, List<Pending> requests, long now) {
    loading.unqueued(model, requests, now);
  }

  @Override
  public void missed(Request request, Model model, long now) {
    loading.missed(request, model, now);
  }

  @Override
  public void room(Gpu gpu, long now) {
    feeding.room(gpu, now);
    loading.room(gpu, now);
  }

  @Override
  public void resident(Replica replica, long now) {
    feeding.offer(replica, now);
    feeding.feed(replica.gpu(), now);
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
    feeding.forget(model);
    loading.forget(model);
  }

  @Override
  public void left(Gpu gpu, long now) {
    feeding.left(gpu);
    loading.left(gpu);
  }
}
