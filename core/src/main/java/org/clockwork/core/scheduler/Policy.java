package org.clockwork.core.scheduler;

import java.util.List;
import java.util.SortedMap;
import org.clockwork.core.request.Request;

/**
 * Decides what runs where and when. The scheduler tells it what has changed, after the books are up
 * to date; it acts through its {@link Board}. Policies differ in what they do at each of these
 * moments and in nothing else.
 */
public interface Policy {

  /** Makes a policy for one scheduler. */
  @FunctionalInterface
  interface Factory {
    Policy make(Board board);
  }

  /**
   * So long before the request's deadline EXEC is to have ended; when that has passed the request
   * is timed out. At most a quarter of the objective.
   */
  default long bufferNanos(Request request) {
    return 0;
  }

  /** The request waits in its model's queue. */
  void queued(Pending request, long now);

  /** These requests have left their model's queue, sent as one batch, or answered. */
  void unqueued(Model model, List<Pending> requests, long now);

  /** The request was turned away at arrival: its model is on no GPU and would come too late. */
  void missed(Request request, Model model, long now);

  /** The GPU has joined, or an action of its has ended. */
  void room(Gpu gpu, long now);

  /** The model's weights are on the replica's GPU now. */
  void resident(Replica replica, long now);

  /** The replica's weights are no longer there. */
  void evicted(Replica replica, long now);

  /** The model can be loaded on GPUs of this host from now on. */
  void hosted(Model model, Host host, long now);

  /** The model is registered no more; it was reported as evicted everywhere before. */
  void forgotten(Model model);

  /** The GPU has left; its replicas were reported as evicted before. */
  void left(Gpu gpu, long now);

  /** Tenants have other weights from now on; of no matter to a policy that knows no tenants. */
  default void weighted(SortedMap<String, Double> weights, int maxTenants, long now) {}
}
