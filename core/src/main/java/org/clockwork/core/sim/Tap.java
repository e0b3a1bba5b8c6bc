package org.clockwork.core.sim;

import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Task;

/**
 * Where one can put a hand into a simulated world's wires: to lose, double or change what passes.
 * An untouched world passes everything on. Tests plant their faults here, so that each check is
 * seen to find what it is there for.
 */
public interface Tap {
  Tap UNTOUCHED = new Tap() {};

  /** The line from the scheduler to one worker, in front of every witness. */
  interface Line {
    /** As if the scheduler had decided so. */
    void send(Action action);

    /** As if the worker had said so; no witness sees it. */
    void reply(Outcome outcome);
  }

  /** The scheduler is told of something; what it decides of it, it decides within. */
  default void deciding(Event event, Runnable decision) {
    decision.run();
  }

  /** A decision of the scheduler's: what is changed here, the scheduler seems to have done. */
  default void decided(WorkerId worker, Action action, Line line) {
    line.send(action);
  }

  /** A word of the scheduler's to a gateway, likewise. */
  default void decided(Verdict verdict, Consumer<Verdict> onward) {
    onward.accept(verdict);
  }

  /** When the scheduler is woken that wanted to be at this time. */
  default long wakesNanos(long wantedNanos) {
    return wantedNanos;
  }

  /** On its way over the wire: what is changed here, the network seems to have done. */
  default void action(WorkerId worker, Action action, Consumer<Action> onward) {
    onward.accept(action);
  }

  default void outcome(WorkerId worker, Outcome outcome, Consumer<Outcome> onward) {
    onward.accept(outcome);
  }

  default void answer(Answer answer, Consumer<Answer> onward) {
    onward.accept(answer);
  }

  /** On its way into an executor's queue: what is changed here, the worker seems to have done. */
  default void task(WorkerId worker, Task task, Consumer<Task> onward) {
    onward.accept(task);
  }

  /** When an executor takes up its next task, where this one ends at {@code endNanos}. */
  default long freeAgainNanos(Task task, long begunNanos, long endNanos) {
    return endNanos;
  }
}
