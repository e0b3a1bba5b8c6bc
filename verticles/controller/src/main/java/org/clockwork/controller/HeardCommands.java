package org.clockwork.controller;

import java.util.function.BiConsumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.telemetry.Telemetry;

/** Passes everything on, and lets somebody hear which actions leave. */
final class HeardCommands implements Commands {
  private final Commands onward;
  private final BiConsumer<WorkerId, Action> heard;

  HeardCommands(Commands onward, BiConsumer<WorkerId, Action> heard) {
    this.onward = onward;
    this.heard = heard;
  }

  @Override
  public void send(WorkerId worker, Action action) {
    heard.accept(worker, action);
    onward.send(worker, action);
  }

  @Override
  public void tell(Verdict verdict) {
    onward.tell(verdict);
  }

  @Override
  public void publish(ModelStatus status) {
    onward.publish(status);
  }

  @Override
  public void wakeAt(long nanos) {
    onward.wakeAt(nanos);
  }

  @Override
  public void emit(Telemetry event) {
    onward.emit(event);
  }
}
