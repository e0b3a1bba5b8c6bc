package org.clockwork.core.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;

/**
 * The batch size to aim at for each model: the largest one for which a request that comes at the
 * worst moment still has the time to wait for it and to run in it. How long it waits depends on how
 * fast the batch gathers, which is measured over the last second.
 */
final class TargetBatches {
  private final Board board;
  private final LongBinaryOperator wait;
  private final Map<Model, Offered> offered = new HashMap<>();

  /** What one model is asked for. */
  private static final class Offered {
    final LastSecond rows = new LastSecond();
    long rowsPerSecond;
    long budgetNanos;
  }

  /**
   * @param wait of a batch's time to run and its time to gather, both in nanoseconds, how long the
   *     first of its requests waits
   */
  TargetBatches(Board board, LongBinaryOperator wait) {
    this.board = board;
    this.wait = wait;
  }

  void queued(Pending request, long now) {
    Offered model = offered.computeIfAbsent(request.model(), _ -> new Offered());
    model.rows.add(request.rows(), now);
    model.rowsPerSecond = model.rows.sum(now);
    model.budgetNanos =
        request.deadlineNanos()
            - request.request().arrivedNanos()
            - board.config().controlLegNanos();
  }

  /** Place of the model's target among the batch sizes; 0, too, where no size has the time. */
  int place(Model model, Estimates estimates) {
    Offered asked = offered.get(model);
    int place = estimates.sizes() - 1;
    while (place > 0 && (asked == null || !hasTime(asked, estimates, place))) {
      place--;
    }
    return place;
  }

  private boolean hasTime(Offered asked, Estimates estimates, int place) {
    long execNanos = estimates.execNanos(place);
    long gatherNanos = estimates.batch(place) * LastSecond.NANOS / asked.rowsPerSecond;
    return execNanos + wait.applyAsLong(execNanos, gatherNanos) <= asked.budgetNanos;
  }

  void forget(Model model) {
    offered.remove(model);
  }
}
