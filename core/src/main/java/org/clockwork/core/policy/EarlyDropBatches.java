package org.clockwork.core.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;

/**
 * Batching after Nexus (SOSP 2019): models take turns, and each runs its target batch or as much of
 * it as is there; when a batch goes, the requests in front that would have kept it small are
 * dropped. The target is the largest batch that leaves a request the time to miss one and run in
 * the next, or to wait until the batch has gathered, whichever takes longer.
 */
final class EarlyDropBatches implements Batching {
  private final SlidingWindow window;
  private final TargetBatches targets;

  /** When a batch of the model was sent last. */
  private final Map<Model, Long> servedNanos = new HashMap<>();

  EarlyDropBatches(Board board) {
    this.window = new SlidingWindow(board);
    this.targets = new TargetBatches(board, Math::max);
  }

  @Override
  public void queued(Pending request, long now) {
    targets.queued(request, now);
  }

  @Override
  public Optional<Batch> batch(Model model, Estimates estimates, long beginNanos) {
    return window.stops(model, estimates, targets.place(model, estimates), beginNanos);
  }

  /** The model that has had no turn for longest goes first. */
  @Override
  public long rank(Model model, Estimates estimates, long beginNanos) {
    boolean inTime = model.queue().headFrom(beginNanos + estimates.execNanos(0)).isPresent();
    return inTime ? servedNanos.getOrDefault(model, Long.MIN_VALUE) : Long.MAX_VALUE;
  }

  @Override
  public void sends(Model model, Estimates estimates, Batch batch, long beginNanos, long now) {
    servedNanos.put(model, now);
    window.dropBefore(model, estimates, batch, beginNanos, now);
  }

  @Override
  public void forget(Model model) {
    targets.forget(model);
    servedNanos.remove(model);
  }
}
