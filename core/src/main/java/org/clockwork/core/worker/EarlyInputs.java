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

  private record Kept(Tensors tensors, long bytes, long untilNanos) {}

  EarlyInputs(WorkerConfig config) {
    this.config = config;
  }

  void keep(Inputs inputs, long nowNanos) {
    take(inputs.request());
    Tensors tensors = inputs.tensors();
    Kept added = new Kept(tensors, tensors.bytes(), nowNanos + config.earlyAgeNanos());
    kept.put(inputs.request(), added);
    bytes += added.bytes();
    Iterator<Kept> oldest = kept.values().iterator();
    while (kept.size() > config.maxEarlyInputs() || bytes > config.maxEarlyBytes()) {
      drop(oldest);
    }
  }

  Optional<Tensors> take(RequestId request) {
    Kept taken = kept.remove(request);
    if (taken == null) {
      return Optional.empty();
    }
    bytes -= taken.bytes();
    return Optional.of(taken.tensors());
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
