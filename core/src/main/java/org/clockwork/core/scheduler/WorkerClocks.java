package org.clockwork.core.scheduler;

import java.util.HashMap;
import java.util.Map;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;

/**
 * Translates between the controller's clock and each worker's, once, where a message leaves or
 * enters; nothing behind it knows that there are several clocks. Windows leave wider by what the
 * estimate may be off.
 */
public final class WorkerClocks {
  private final Map<WorkerId, Clock> clocks = new HashMap<>();

  /** One worker's clock, and when the actions left that it has not answered. */
  private static final class Clock {
    private final NodeId node;
    private final ClockOffset offset = new ClockOffset();
    private final Map<ActionId, Long> sentNanos = new HashMap<>();

    Clock(NodeId node) {
      this.node = node;
    }
  }

  /** A worker has come, or said something of itself anew: each process has its own clock. */
  public void joined(WorkerId worker, NodeId node) {
    Clock known = clocks.get(worker);
    if (known == null || !known.node.equals(node)) {
      clocks.put(worker, new Clock(node));
    }
  }

  /**
   * The worker's clock was asked for and has answered; all times as {@link ClockOffset} has them.
   */
  public void asked(WorkerId worker, long sentNanos, long answeredNanos, long arrivedNanos) {
    Clock clock = clocks.get(worker);
    if (clock != null) {
      clock.offset.observe(sentNanos, answeredNanos, answeredNanos, arrivedNanos);
    }
  }

  /** The action as its worker, which has joined, is to see it. */
  public Action leaving(WorkerId worker, Action action, long now) {
    Clock clock = clocks.get(worker);
    if (clock == null) {
      throw new IllegalArgumentException(
          "action %s leaves for %s, which has not joined".formatted(action.id(), worker));
    }
    clock.sentNanos.put(action.id(), now);
    long offset = clock.offset.offsetNanos();
    long error = clock.offset.errorNanos();
    return switch (action) {
      case Action.Infer infer ->
          new Action.Infer(
              infer.id(),
              infer.gpu(),
              infer.model(),
              infer.bucket(),
              infer.batch(),
              infer.parts(),
              infer.window().shifted(offset).widened(error));
      case Action.Load load ->
          new Action.Load(
              load.id(), load.gpu(), load.model(), load.window().shifted(offset).widened(error));
      case Action.Unload unload ->
          new Action.Unload(
              unload.id(),
              unload.gpu(),
              unload.model(),
              unload.window().shifted(offset).widened(error));
      case Action.Register register -> register;
      case Action.Withdraw withdraw -> withdraw;
    };
  }

  /** The outcome in the controller's time; as it is from a worker that has left. */
  public Outcome entering(WorkerId worker, Outcome outcome, long now) {
    Clock clock = clocks.get(worker);
    if (clock == null) {
      return outcome;
    }
    Long sent = clock.sentNanos.remove(outcome.action());
    if (sent != null) {
      Outcome.Stamps stamps = outcome.stamps();
      clock.offset.observe(sent, stamps.receivedNanos(), stamps.sentNanos(), now);
    }
    return outcome.shifted(-clock.offset.offsetNanos());
  }

  /** A time on the worker's clock, on the controller's; as it is from a worker that has left. */
  public long entering(WorkerId worker, long nanos) {
    Clock clock = clocks.get(worker);
    return clock == null ? nanos : nanos - clock.offset.offsetNanos();
  }

  /** The worker has left; should one of its name come, its clock is another. */
  public void forget(WorkerId worker) {
    clocks.remove(worker);
  }

  /** Whether that worker has joined; what others send is of no concern any more. */
  public boolean knows(WorkerId worker) {
    return clocks.containsKey(worker);
  }

  /** The estimate for a worker that has joined, for those who show it. */
  public ClockOffset of(WorkerId worker) {
    return clocks.get(worker).offset;
  }
}
