package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.policy.Batching.Batch;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Millis;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;

/**
 * A window, as long as the target batch, that slides through a queue from the front and stops where
 * its first request has the time for the whole of it. Who is left behind is dropped, because to
 * serve it would cost the window more than one request.
 *
 * <p>The window is never longer than the rows that are there to fill it: it is the batch that gets
 * most done among those up to the target.
 */
final class SlidingWindow {
  private final Board board;

  SlidingWindow(Board board) {
    this.board = board;
  }

  /** Where the window stops if EXEC begins then; nowhere if no request can make it. */
  Optional<Batch> stops(Model model, Estimates estimates, int target, long beginNanos) {
    Optional<Pending> head = model.queue().headFrom(beginNanos + estimates.execNanos(0));
    if (head.isEmpty()) {
      return Optional.empty();
    }
    int largest = Math.max(target, estimates.placeFor(head.get().rows()));
    return Batching.mostRowsPerTime(model, estimates, largest + 1, beginNanos);
  }

  /** Refuses those in front of the window that it leaves behind. */
  void dropBefore(Model model, Estimates estimates, Batch window, long beginNanos, long now) {
    long execNanos = estimates.execNanosForRows(window.size());
    List<Pending> behind = new ArrayList<>();
    for (Pending request : model.queue().from(Long.MIN_VALUE)) {
      if (request.deadlineNanos() >= beginNanos + execNanos) {
        break;
      }
      if (request.rows() <= window.size() && !request.alone()) {
        behind.add(request); // The others could not have been in it anyway.
      }
    }
    for (Pending request : behind) {
      board.refuse(
          request,
          RefusalCause.QUEUE,
          "dropped for the sake of "
              + window.rows()
              + " rows of "
              + model
              + " behind it: their batch would be "
              + Millis.text(beginNanos + execNanos - request.deadlineNanos())
              + " ms late for it",
          execNanos,
          now);
    }
  }
}
