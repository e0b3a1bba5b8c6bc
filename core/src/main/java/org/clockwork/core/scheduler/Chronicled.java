package org.clockwork.core.scheduler;

import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.telemetry.Telemetry;

/** A scheduler of which a chronicle is kept; decides exactly as it would without. */
public final class Chronicled implements Decider {
  private final Decider decider;
  private final Chronicle chronicle;
  private final Both both = new Both();

  public Chronicled(Decider decider, Chronicle chronicle) {
    this.decider = decider;
    this.chronicle = chronicle;
  }

  @Override
  public void on(Event event, long now, Commands out) {
    chronicle.begins(event, now);
    both.onward = out;
    try {
      decider.on(event, now, both);
    } catch (RuntimeException e) {
      chronicle.breaks();
      throw e;
    }
    chronicle.ends();
  }

  /** The chronicle hears of a command before it is carried out. */
  private final class Both implements Commands {
    private Commands onward = chronicle;

    @Override
    public void send(WorkerId worker, Action action) {
      chronicle.send(worker, action);
      onward.send(worker, action);
    }

    @Override
    public void tell(Verdict verdict) {
      chronicle.tell(verdict);
      onward.tell(verdict);
    }

    @Override
    public void publish(ModelStatus status) {
      chronicle.publish(status);
      onward.publish(status);
    }

    @Override
    public void wakeAt(long nanos) {
      chronicle.wakeAt(nanos);
      onward.wakeAt(nanos);
    }

    @Override
    public void emit(Telemetry event) {
      onward.emit(event);
    }
  }
}
