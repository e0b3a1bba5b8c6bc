package org.clockwork.core.gateway;

import java.util.Comparator;
import java.util.Optional;
import org.clockwork.core.heap.Heap;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;

/** A request that was taken and not yet answered. */
final class Pending {
  /** The next to run out of time first; among equals the one that came first. */
  static final Comparator<Pending> BY_DEADLINE =
      Comparator.<Pending>comparingLong(pending -> pending.deadlineNanos)
          .thenComparing(pending -> pending.id);

  final RequestId id;

  /** What it asks for, by its name: another controller may give it another id. */
  final String model;

  /** To be asked again where the controller goes. */
  final Request request;

  private final Fit fit;
  final long arrivedNanos;
  final long deadlineNanos;
  final Optional<Tensors> held;

  /**
   * Its place among those that run out of time; among equals the one that came first goes first.
   */
  final Heap.Slot<Pending> expiry;

  /** The latest word of the controller; a batch that is sent anew brings another. */
  Optional<Dispatch> dispatch = Optional.empty();

  /**
   * @param promisedNanos from arrival to when the answer is expected
   */
  record Dispatch(boolean coldStart, long queuedNanos, long loadNanos, long promisedNanos) {}

  Pending(String model, Request request, Fit fit, Optional<Tensors> held) {
    this.id = request.id();
    this.model = model;
    this.request = request;
    this.fit = fit;
    this.arrivedNanos = request.arrivedNanos();
    this.deadlineNanos = request.deadlineNanos();
    this.held = held;
    this.expiry = new Heap.Slot<>(this, id.number());
  }

  /**
   * The answer where these outputs came in time. They may come before the controller's word does,
   * on a path of their own; what only the controller knows is then left at what can be seen from
   * here.
   */
  Answer.Succeeded succeeded(Outputs outputs, long nowNanos) {
    long latencyNanos = nowNanos - arrivedNanos;
    long inDeviceNanos = outputs.inputNanos() + outputs.execNanos() + outputs.outputNanos();
    Dispatch known =
        dispatch.orElseGet(
            () -> new Dispatch(false, Math.max(0, latencyNanos - inDeviceNanos), 0, latencyNanos));
    return new Answer.Succeeded(
        id,
        latencyNanos,
        nowNanos <= deadlineNanos,
        fit.cut(outputs.tensors()),
        outputs.gpu(),
        outputs.batch(),
        known.coldStart(),
        known.queuedNanos(),
        known.loadNanos(),
        outputs.inputNanos(),
        outputs.execNanos(),
        outputs.outputNanos(),
        known.promisedNanos());
  }

  long heldBytes() {
    return held.map(Tensors::bytes).orElse(0L);
  }
}
