package org.clockwork.controller;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.scheduler.ClockOffset;

/**
 * The way to one worker and back. This is the one place where the worker's clock and the
 * controller's meet: actions leave in the worker's time, outcomes enter in the controller's.
 */
final class WorkerLink {
  private final String address;
  private final ClockOffset offset = new ClockOffset();
  private final Map<ActionId, Long> sentNanos = new HashMap<>();

  WorkerLink(WorkerId worker) {
    this.address = Addresses.workerActions(worker);
  }

  String address() {
    return address;
  }

  /** What goes over the wire; windows open as much longer as the clocks are known badly. */
  Action outgoing(Action action, long nowNanos) {
    sentNanos.put(action.id(), nowNanos);
    return switch (action) {
      case Action.Infer infer ->
          new Action.Infer(
              infer.id(),
              infer.gpu(),
              infer.model(),
              infer.batch(),
              infer.parts(),
              onWorker(infer.window()));
      case Action.Load load ->
          new Action.Load(load.id(), load.gpu(), load.model(), onWorker(load.window()));
      case Action.Unload unload ->
          new Action.Unload(unload.id(), unload.gpu(), unload.model(), onWorker(unload.window()));
      case Action.Register _, Action.Withdraw _ -> action;
    };
  }

  /** An outcome as it came, in the controller's time. */
  Outcome incoming(Outcome outcome, long nowNanos) {
    Outcome.Stamps stamps = outcome.stamps();
    Optional.ofNullable(sentNanos.remove(outcome.action()))
        .ifPresent(
            sent -> offset.observe(sent, stamps.receivedNanos(), stamps.sentNanos(), nowNanos));
    return outcome.shifted(-offset.offsetNanos());
  }

  private Window onWorker(Window window) {
    return window.shifted(offset.offsetNanos()).widened(offset.errorNanos());
  }
}
