package org.clockwork.core.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;

/** The actions that still owe an outcome. Each is opened once and closed by exactly one outcome. */
final class Ledger {
  private final Map<ActionId, Long> receivedNanos = new LinkedHashMap<>();

  /**
   * False where an action of that name is open already: the second one is a fault of its sender.
   */
  boolean open(ActionId action, long nowNanos) {
    return receivedNanos.putIfAbsent(action, nowNanos) == null;
  }

  boolean isOpen(ActionId action) {
    return receivedNanos.containsKey(action);
  }

  int size() {
    return receivedNanos.size();
  }

  /** In the order in which they came. */
  List<ActionId> actions() {
    return List.copyOf(receivedNanos.keySet());
  }

  void close(
      ActionId action,
      Function<Outcome.Stamps, Outcome> outcome,
      long nowNanos,
      WorkerCommands out) {
    Long received = receivedNanos.remove(action);
    if (received == null) {
      throw new IllegalStateException("action " + action + " has had its outcome already");
    }
    out.send(outcome.apply(new Outcome.Stamps(received, nowNanos)));
  }

  void refuse(ActionId action, Refusal refusal, long nowNanos, WorkerCommands out) {
    close(
        action,
        stamps -> new Outcome.Refused(action, refusal.code(), refusal.reason(), stamps),
        nowNanos,
        out);
  }
}
