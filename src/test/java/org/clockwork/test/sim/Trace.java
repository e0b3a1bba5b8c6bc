package org.clockwork.test.sim;

import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Request;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Task;

/** A fingerprint of everything that passed in a world, with its times and in its order. */
final class Trace implements Witness {
  private long hash = 1;

  long fingerprint() {
    return hash;
  }

  @Override
  public void asked(Request request, long now) {
    add(request, now);
  }

  @Override
  public void told(Verdict verdict, long now) {
    add(verdict, now);
  }

  @Override
  public void answered(GatewayId gateway, Answer answer, long now) {
    add(answer, now);
  }

  @Override
  public void sent(WorkerId worker, Action action, long now) {
    add(worker, now);
    add(action, now);
  }

  @Override
  public void ended(WorkerId worker, Outcome outcome, long now) {
    add(worker, now);
    add(outcome, now);
  }

  @Override
  public void begun(WorkerId worker, Task task, long workerNanos, long now) {
    // Not the task itself: it refers to a device's io slot, which prints as its address.
    add(worker, now);
    add(task.action(), workerNanos);
    add(task.executor(), task.gpu());
  }

  @Override
  public void published(ModelStatus status, long now) {
    add(status, now);
  }

  @Override
  public void telemetry(Telemetry event) {
    add(event, event.nanos());
  }

  private void add(Object passed, long number) {
    String text = passed.toString();
    for (int i = 0; i < text.length(); i++) {
      hash = 0x100000001b3L * (hash ^ text.charAt(i));
    }
    hash = 0x100000001b3L * (hash ^ number);
  }
}
