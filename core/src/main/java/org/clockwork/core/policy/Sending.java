package org.clockwork.core.policy;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;

/**
 * Sends each request by itself and at once, whatever is outstanding already, in a window that ends
 * with its deadline. Only a GPU that has as many INFERs under way as it has places for their inputs
 * gets no more until one of them ends: its worker would refuse them.
 */
final class Sending {
  /** No window is narrowed by it: the longest objective that a gateway takes. */
  private static final long LATEST_DELTA_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Board board;
  private final Predicate<Replica> used;

  /** Models with requests that found all GPUs full, where they will find room first. */
  private final Map<Gpu, SequencedSet<Model>> waiting = new HashMap<>();

  /**
   * @param used whether a replica is to have requests now
   */
  Sending(Board board, Predicate<Replica> used) {
    this.board = board;
    this.used = used;
  }

  void queued(Pending request, long now) {
    Model model = request.model();
    Optional<Replica> least = leastBusy(request, now);
    if (least.isEmpty()) {
      return; // Its model is being loaded; then the queue is looked at.
    }
    if (full(least.get().gpu())) {
      waiting.computeIfAbsent(least.get().gpu(), _ -> new LinkedHashSet<>()).add(model);
    } else {
      send(least.get(), request, now);
    }
  }

  /** The replica can run: whoever waited for it is sent. */
  void resident(Replica replica, long now) {
    drain(replica, now);
    if (!replica.model().queue().isEmpty()) {
      waiting.computeIfAbsent(replica.gpu(), _ -> new LinkedHashSet<>()).add(replica.model());
    }
  }

  /** An action of the GPU has ended. */
  void room(Gpu gpu, long now) {
    SequencedSet<Model> models = waiting.getOrDefault(gpu, new LinkedHashSet<>());
    while (!models.isEmpty() && !full(gpu)) {
      Model model = models.removeFirst();
      if (model.queue().isEmpty()) {
        continue;
      }
      Pending first = model.queue().first();
      Optional<Replica> replica = gpu.replica(model).filter(each -> takes(each, first));
      if (replica.isPresent()) {
        send(replica.get(), first, now);
        models.addLast(model); // Models take turns; one that has no more is dropped above.
      } else {
        offer(model, now); // The weights have gone from here; perhaps they are elsewhere.
      }
    }
  }

  void left(Gpu gpu, long now) {
    SequencedSet<Model> models = waiting.remove(gpu);
    if (models != null) {
      models.forEach(model -> offer(model, now));
    }
  }

  /** Sends whoever waits, until one has to wait on. */
  private void offer(Model model, long now) {
    while (!model.queue().isEmpty()) {
      Pending first = model.queue().first();
      queued(first, now);
      if (first.queued()) {
        return;
      }
    }
  }

  void forget(Model model) {
    waiting.values().forEach(models -> models.remove(model));
  }

  private void drain(Replica replica, long now) {
    Model model = replica.model();
    while (!model.queue().isEmpty()
        && takes(replica, model.queue().first())
        && !full(replica.gpu())) {
      send(replica, model.queue().first(), now);
    }
  }

  private void send(Replica replica, Pending request, long now) {
    int batch = replica.estimates().batch(replica.estimates().placeFor(request.rows()));
    board.infer(replica, batch, List.of(request), LATEST_DELTA_NANOS, now);
  }

  /** The one with the least work in front, the one held longest among equals. */
  private Optional<Replica> leastBusy(Pending request, long now) {
    Replica least = null;
    long leastNanos = Long.MAX_VALUE;
    for (Replica replica : request.model().replicas()) {
      long nanos = replica.gpu().exec().outstandingNanos(now);
      if (takes(replica, request) && nanos < leastNanos) {
        least = replica;
        leastNanos = nanos;
      }
    }
    return Optional.ofNullable(least);
  }

  private boolean takes(Replica replica, Pending request) {
    return replica.resident()
        && used.test(replica)
        && !replica.gpu().gone()
        && replica.estimates().largestBatch() >= request.rows();
  }

  private static boolean full(Gpu gpu) {
    return gpu.exec().outstanding() >= gpu.spec().ioSlots();
  }
}
