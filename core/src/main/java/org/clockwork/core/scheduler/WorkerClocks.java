package org.clockwork.core.scheduler;

import java.util.HashMap;
import java.util.Map;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
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
    private final ClockOffset offset = new ClockOffset();
    private final Map<ActionId, Long> sentNanos = new HashMap<>();
  }

  /** The action as its worker is to see it. */
  public Action leaving(WorkerId worker, Action action, long now) {
    Clock clock = clocks.computeIfAbsent(worker, _ -> new Clock());
    clock.sentNanos.put(action.id(), now);
    long offset = clock.offset.offsetNanos();
    long error = clock.offset.errorNanos();
    return switch (action) {
      case Action.Infer infer ->
          new Action.Infer(
              infer.id(),
              infer.gpu(),
              infer.model(),
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

  /** The outcome in the controller's time. */
  public Outcome entering(WorkerId worker, Outcome outcome, long now) {
    Clock clock = clocks.computeIfAbsent(worker, _ -> new Clock());
    Long sent = clock.sentNanos.remove(outcome.action());
    if (sent != null) {
      Outcome.Stamps stamps = outcome.stamps();
      clock.offset.observe(sent, stamps.receivedNanos(), stamps.sentNanos(), now);
    }
    return outcome.shifted(-clock.offset.offsetNanos());
  }

  /** The worker has left; should one of its name come, its clock is another. */
  public void forget(WorkerId worker) {
    clocks.remove(worker);
  }

  /** The estimate for one worker, for those who show it. */
  public ClockOffset of(WorkerId worker) {
    return clocks.computeIfAbsent(worker, _ -> new Clock()).offset;
  }
}
