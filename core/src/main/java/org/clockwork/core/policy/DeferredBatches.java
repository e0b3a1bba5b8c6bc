package org.clockwork.core.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.Timers;

/**
 * Batching after Symphony (arXiv 2308.07470): a batch is held back, even from an idle GPU, until
 * its frontrun moment, from which on one more request would make it late; it may run from then
 * until its latest moment, at which it would become late itself. Of the batches that may run, the
 * one whose latest moment comes first gets the GPU that is free.
 *
 * <p>The candidate of a model is the window that slides to the first request with the time for the
 * target batch; it grows beyond the target while that costs nobody. One that is as large as batches
 * get may run at once: there is nothing to wait for.
 */
final class DeferredBatches implements Batching {
  private final Board board;
  private final SlidingWindow window;
  private final TargetBatches targets;
  private ObjLongConsumer<Model> whenMayRun = (_, _) -> {};

  /** When models may run that may not yet. */
  private final Map<Model, Timers.Timer> frontruns = new HashMap<>();

  DeferredBatches(Board board) {
    this.board = board;
    this.window = new SlidingWindow(board);
    this.targets = new TargetBatches(board, (_, gatherNanos) -> gatherNanos);
  }

  /**
   * @param told of each model whose batch has come to its frontrun moment, and the time
   */
  void tells(ObjLongConsumer<Model> told) {
    whenMayRun = told;
  }

  /** Drops those that don't have the time for the target batch, even if it began now. */
  @Override
  public void queued(Pending request, long now) {
    targets.queued(request, now);
    Model model = request.model();
    for (Replica replica : model.replicas()) {
      if (replica.resident()) {
        long beginNanos = now + board.config().controlLegNanos();
        candidate(model, replica.estimates(), beginNanos)
            .ifPresent(batch -> sends(model, replica.estimates(), batch, beginNanos, now));
        return;
      }
    }
  }

  @Override
  public Optional<Batch> batch(Model model, Estimates estimates, long beginNanos) {
    return candidate(model, estimates, beginNanos)
        .filter(batch -> mayRun(model, estimates, batch, beginNanos));
  }

  /** The latest moment. */
  @Override
  public long rank(Model model, Estimates estimates, long beginNanos) {
    return batch(model, estimates, beginNanos)
        .map(
            batch ->
                batch.requests().getFirst().deadlineNanos()
                    - estimates.execNanosForRows(batch.size()))
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public void sends(Model model, Estimates estimates, Batch batch, long beginNanos, long now) {
    window.dropBefore(model, estimates, batch, beginNanos, now);
  }

  @Override
  public void forget(Model model) {
    targets.forget(model);
    Timers.Timer frontrun = frontruns.remove(model);
    if (frontrun != null) {
      frontrun.cancel();
    }
  }

  private Optional<Batch> candidate(Model model, Estimates estimates, long beginNanos) {
    return window
        .stops(model, estimates, targets.place(model, estimates), beginNanos)
        .map(batch -> grown(model, estimates, batch, beginNanos));
  }

  /** A larger batch with the same first request, where that gets more done. */
  private static Batch grown(Model model, Estimates estimates, Batch batch, long beginNanos) {
    Batch best = batch;
    long deadlineNanos = batch.requests().getFirst().deadlineNanos();
    for (int place = estimates.placeFor(batch.size()) + 1; place < estimates.sizes(); place++) {
      if (beginNanos + estimates.execNanos(place) > deadlineNanos) {
        break;
      }
      Batch larger = Batching.fill(model, estimates, place, beginNanos);
      if (larger.rows() * estimates.execNanosForRows(best.size())
          > best.rows() * estimates.execNanos(place)) {
        best = larger;
      }
    }
    return best;
  }

  /** Whether the frontrun moment has come; if not, sees to it that somebody looks again then. */
  private boolean mayRun(Model model, Estimates estimates, Batch batch, long beginNanos) {
    Pending first = batch.requests().getFirst();
    if (batch.rows() == estimates.largestBatch() || first.alone()) {
      return true;
    }
    long frontrunNanos = first.deadlineNanos() - estimates.execNanosForRows(batch.rows() + 1);
    long decidedNanos = frontrunNanos - board.config().controlLegNanos();
    if (decidedNanos <= beginNanos) {
      return true;
    }
    frontruns
        .computeIfAbsent(model, _ -> board.timers().timer(now -> whenMayRun.accept(model, now)))
        .setNoLaterThan(decidedNanos);
    return false;
  }
}
