package org.clockwork.core.sim;

import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.worker.Task;

/**
 * Where one can put a hand into a simulated world's wires: to lose, double or change what passes.
 * An untouched world passes everything on. Tests plant their faults here, so that each check is
 * seen to find what it is there for.
 */
public interface Tap {
  Tap UNTOUCHED = new Tap() {};

  /** On its way from the controller's decision to the wire. */
  default void action(WorkerId worker, Action action, Consumer<Action> onward) {
    onward.accept(action);
  }

  default void outcome(WorkerId worker, Outcome outcome, Consumer<Outcome> onward) {
    onward.accept(outcome);
  }

  default void answer(Answer answer, Consumer<Answer> onward) {
    onward.accept(answer);
  }

  /** On its way into an executor's queue. */
  default void task(WorkerId worker, Task task, Consumer<Task> onward) {
    onward.accept(task);
  }

  /** When an executor takes up its next task, where this one ends at {@code endNanos}. */
  default long freeAgainNanos(Task task, long begunNanos, long endNanos) {
    return endNanos;
  }
}
