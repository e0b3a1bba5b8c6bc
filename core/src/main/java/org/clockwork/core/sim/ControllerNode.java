package org.clockwork.core.sim;

import java.util.Optional;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Chronicle;
import org.clockwork.core.scheduler.Chronicled;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Decider;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.scheduler.WorkerClocks;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;

/** The production scheduler in a simulated world. */
final class ControllerNode implements Commands {
  private final Agenda agenda;
  private final Decider scheduler;
  private final WorkerClocks clocks = new WorkerClocks();
  private final Witness witness;
  private final Tap tap;
  private final Wires wires;
  private final long wakeStepNanos;
  private final Agenda.Alarm alarm;

  /** Where the controller's messages go. */
  interface Wires {
    void action(WorkerId to, Action action);

    void verdict(Verdict verdict);

    void status(ModelStatus status);
  }

  ControllerNode(
      Agenda agenda,
      SchedulerConfig config,
      Policy.Factory policy,
      Optional<Chronicle> chronicle,
      long wakeStepNanos,
      Witness witness,
      Tap tap,
      Wires wires) {
    this.agenda = agenda;
    Scheduler plain = new Scheduler(1, config, policy);
    this.scheduler = chronicle.<Decider>map(kept -> new Chronicled(plain, kept)).orElse(plain);
    this.witness = witness;
    this.tap = tap;
    this.wires = wires;
    this.wakeStepNanos = wakeStepNanos;
    this.alarm = agenda.alarm(() -> happen(new Event.WakeUp()));
  }

  void happen(Event event) {
    tap.deciding(event, () -> scheduler.on(event, agenda.nowNanos(), this));
  }

  void receive(Request request) {
    witness.arrived(request, agenda.nowNanos());
    happen(new Event.RequestArrived(request));
  }

  void cancel(RequestId request) {
    decideWhatIsDue();
    witness.cancelled(request, agenda.nowNanos());
    happen(new Event.RequestCancelled(request));
  }

  void receive(WorkerId worker, Outcome outcome) {
    witness.ended(worker, outcome, agenda.nowNanos());
    happen(new Event.ActionEnded(worker, clocks.entering(worker, outcome, agenda.nowNanos())));
  }

  void inputsArrived(WorkerId worker, ActionId infer, long nanos) {
    happen(new Event.InputsArrived(worker, infer, clocks.entering(worker, nanos)));
  }

  void announced(Announcement announcement) {
    clocks.joined(announcement.worker(), announcement.node());
    happen(new Event.WorkerAnnounced(announcement));
  }

  void left(WorkerId worker) {
    decideWhatIsDue();
    witness.left(worker, agenda.nowNanos());
    happen(new Event.WorkerLeft(worker));
    clocks.forget(worker);
  }

  /** Before it learns of something, it may still decide as if that had not happened. */
  private void decideWhatIsDue() {
    happen(new Event.WakeUp());
  }

  @Override
  public void send(WorkerId worker, Action action) {
    tap.decided(worker, action, new TappedLine(worker));
  }

  private final class TappedLine implements Tap.Line {
    private final WorkerId worker;

    private TappedLine(WorkerId worker) {
      this.worker = worker;
    }

    @Override
    public void send(Action action) {
      witness.sent(worker, action, agenda.nowNanos());
      wires.action(worker, clocks.leaving(worker, action, agenda.nowNanos()));
    }

    @Override
    public void reply(Outcome outcome) {
      // Not at once: the scheduler is in the middle of an event.
      agenda.at(agenda.nowNanos(), () -> happen(new Event.ActionEnded(worker, outcome)));
    }
  }

  @Override
  public void tell(Verdict verdict) {
    tap.decided(
        verdict,
        passed -> {
          witness.told(passed, agenda.nowNanos());
          wires.verdict(passed);
        });
  }

  @Override
  public void publish(ModelStatus status) {
    witness.published(status, agenda.nowNanos());
    wires.status(status);
  }

  @Override
  public void wakeAt(long nanos) {
    long stepped = wakeStepNanos == 0 ? nanos : Math.ceilDiv(nanos, wakeStepNanos) * wakeStepNanos;
    alarm.setAt(tap.wakesNanos(stepped));
  }

  @Override
  public void emit(Telemetry event) {
    witness.telemetry(event);
  }
}
