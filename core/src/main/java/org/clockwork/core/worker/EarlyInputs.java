package org.clockwork.core.worker;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.RequestId;

/**
 * Inputs that came before the action that wants them: the two take different ways, so either may be
 * first. What nobody asks for is dropped by age, or at the bound, the oldest first; both are
 * counted.
 */
final class EarlyInputs {
  private final WorkerConfig config;
  private final Map<RequestId, Kept> kept = new LinkedHashMap<>();
  private long bytes;
  private long dropped;

  /**
   * @param tensors empty where they were withdrawn
   */
  private record Kept(Optional<Tensors> tensors, long bytes, long untilNanos) {}

  /** What was there for a request: its tensors, or the word that there will be none. */
  sealed interface Found {
    record Here(Tensors tensors) implements Found {}

    record Withdrawn() implements Found {}

    record NotYet() implements Found {}
  }

  EarlyInputs(WorkerConfig config) {
    this.config = config;
  }

  void keep(Inputs inputs, long nowNanos) {
    keep(inputs.request(), Optional.of(inputs.tensors()), inputs.tensors().bytes(), nowNanos);
  }

  void keepWithdrawal(RequestId request, long nowNanos) {
    keep(request, Optional.empty(), 0, nowNanos);
  }

  private void keep(RequestId request, Optional<Tensors> tensors, long size, long nowNanos) {
    take(request);
    kept.put(request, new Kept(tensors, size, nowNanos + config.earlyAgeNanos()));
    bytes += size;
    Iterator<Kept> oldest = kept.values().iterator();
    while (kept.size() > config.maxEarlyInputs() || bytes > config.maxEarlyBytes()) {
      drop(oldest);
    }
  }

  Found take(RequestId request) {
    Kept taken = kept.remove(request);
    if (taken == null) {
      return new Found.NotYet();
    }
    bytes -= taken.bytes();
    return taken.tensors().<Found>map(Found.Here::new).orElseGet(Found.Withdrawn::new);
  }

  void dropExpired(long nowNanos) {
    while (nextExpiryNanos() <= nowNanos) {
      drop(kept.values().iterator());
    }
  }

  /** When the oldest one has had its time; the end of time where there is none. */
  long nextExpiryNanos() {
    return kept.isEmpty() ? Long.MAX_VALUE : kept.values().iterator().next().untilNanos();
  }

  long dropped() {
    return dropped;
  }

  private void drop(Iterator<Kept> oldest) {
    bytes -= oldest.next().bytes();
    oldest.remove();
    dropped++;
  }
}
