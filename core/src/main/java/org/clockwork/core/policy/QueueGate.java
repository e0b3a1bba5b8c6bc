package org.clockwork.core.policy;

import java.util.List;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;

/**
 * Refuses a request behind which the queue of its own model has grown too long: if all GPUs that
 * hold the model did nothing else, at their best rate, from when the first of them is free, it
 * would still be too late. What other models need is left out of account, so nobody is refused who
 * could have been served.
 */
final class QueueGate implements Gate {
  private final Board board;

  QueueGate(Board board) {
    this.board = board;
  }

  @Override
  public void turnAwayIfHopeless(Pending request, long now) {
    Model model = request.model();
    if (model.queue().last() != request) {
      return; // It overtakes others; they are in front of nobody yet.
    }
    List<Replica> replicas = model.replicas();
    int looked = Math.min(replicas.size(), Feeding.REACH);
    if (looked == 0) {
      return;
    }
    long rowsEach = Math.max(request.rows(), model.queue().rows() / replicas.size());
    long throughNanos = Long.MAX_VALUE;
    for (Replica replica : replicas.subList(0, looked)) {
      throughNanos =
          Math.min(
              throughNanos,
              board.beginNanos(replica, request.rows(), now)
                  + Math.max(
                      replica.estimates().drainNanos(rowsEach),
                      board.inputNanos(replica.gpu(), request, model.queue().rows())));
    }
    long lateNanos = throughNanos - request.deadlineNanos();
    if (lateNanos > 0) {
      board.refuse(
          request,
          RefusalCause.QUEUE,
          "%d rows of %s wait in front of it; it would be %.1f ms late"
              .formatted(model.queue().rows() - request.rows(), model, lateNanos / 1e6),
          lateNanos,
          now);
    }
  }
}
