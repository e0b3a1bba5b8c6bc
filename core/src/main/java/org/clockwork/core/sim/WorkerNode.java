package org.clockwork.core.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.Executor;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.ExecutorQueue;
import org.clockwork.core.worker.ExecutorQueue.Next;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;
import org.clockwork.core.worker.TaskRunner;
import org.clockwork.core.worker.Worker;
import org.clockwork.core.worker.WorkerCommands;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.core.worker.WorkerEvent;

/**
 * The production worker in a simulated world: its executors take virtual time instead of threads.
 */
final class WorkerNode implements WorkerCommands {
  private final WorkerId id;
  private final Agenda agenda;
  private final SkewedClock clock;
  private final Worker worker;
  private final TaskRunner runner;
  private final Witness witness;
  private final Tap tap;
  private final Wires wires;
  private final List<Map<Executor, SimulatedExecutor>> executors = new ArrayList<>();
  private final Agenda.Alarm alarm;
  private boolean crashed;

  /** Where the worker's messages go. */
  interface Wires {
    void outcome(WorkerId from, Outcome outcome);

    void inputsArrived(WorkerId from, ActionId infer, long nanos);

    void outputs(WorkerId from, Outputs outputs);

    void announce(WorkerId from, Announcement announcement);

    void retire(WorkerId from);
  }

  /**
   * @param process the name of its process, which no other worker has or had
   */
  WorkerNode(
      WorkerId id,
      NodeId process,
      Agenda agenda,
      SkewedClock clock,
      List<Device> devices,
      List<ModelSource> sources,
      Witness witness,
      Tap tap,
      Wires wires) {
    this.id = id;
    this.agenda = agenda;
    this.clock = clock;
    this.witness = witness;
    this.tap = tap;
    this.wires = wires;
    this.worker = new Worker(id, process, WorkerConfig.DEFAULT, devices, sources);
    this.runner = new TaskRunner(devices, clock);
    this.alarm = agenda.alarm(() -> happen(new WorkerEvent.WakeUp()));
    for (int gpu = 0; gpu < devices.size(); gpu++) {
      Map<Executor, SimulatedExecutor> four = new EnumMap<>(Executor.class);
      for (Executor executor : Executor.values()) {
        four.put(executor, new SimulatedExecutor());
      }
      executors.add(four);
    }
  }

  WorkerId id() {
    return id;
  }

  boolean crashed() {
    return crashed;
  }

  Worker machine() {
    return worker;
  }

  /** From now on it does nothing and says nothing. */
  void crash() {
    crashed = true;
  }

  void join() {
    happen(new WorkerEvent.AnnouncementWanted());
  }

  void drain() {
    happen(new WorkerEvent.Draining());
  }

  void receive(Action action) {
    if (!crashed) {
      witness.received(id, action, agenda.nowNanos());
    }
    happen(new WorkerEvent.ActionReceived(action));
  }

  void receive(Inputs inputs) {
    happen(new WorkerEvent.InputsArrived(inputs));
  }

  void withdraw(RequestId request) {
    happen(new WorkerEvent.InputsWithdrawn(request));
  }

  private void happen(WorkerEvent event) {
    if (!crashed) {
      clock.set();
      worker.on(event, clock.nanos(), this);
    }
  }

  @Override
  public void run(Task task) {
    Consumer<Task> onward =
        passed -> executors.get(passed.gpu()).get(passed.executor()).add(passed);
    tap.task(id, task, onward);
  }

  @Override
  public void send(Outcome outcome) {
    wires.outcome(id, outcome);
  }

  @Override
  public void tellInputsArrived(ActionId infer, long nanos) {
    wires.inputsArrived(id, infer, nanos);
  }

  @Override
  public void deliver(Outputs outputs) {
    wires.outputs(id, outputs);
  }

  @Override
  public void announce(Announcement announcement) {
    wires.announce(id, announcement);
  }

  /** Nothing comes to a simulated repository. */
  @Override
  public void look(String source) {
    String otherwise = "worker %s has no model '%s'".formatted(id, source);
    agenda.at(
        agenda.nowNanos(), () -> happen(new WorkerEvent.Looked(source, List.of(), otherwise)));
  }

  @Override
  public void retire() {
    wires.retire(id);
  }

  @Override
  public void wakeAt(long nanos) {
    alarm.setAt(clock.trueNanos(nanos));
  }

  /** One executor: takes one task after the other from its queue. */
  private final class SimulatedExecutor {
    private final ExecutorQueue queue = new ExecutorQueue(WorkerConfig.DEFAULT.queueCapacity());
    private final Agenda.Alarm opening = agenda.alarm(this::next);
    private boolean busy;

    void add(Task task) {
      if (!queue.add(task)) {
        throw new IllegalStateException(
            "the queue of %s's %s executor is full".formatted(id, task.executor()));
      }
      // Not at once: the worker is in the middle of an event.
      agenda.at(agenda.nowNanos(), this::next);
    }

    private void next() {
      if (busy || crashed) {
        return;
      }
      clock.set();
      switch (queue.next(clock.nanos())) {
        case Next.Run(Task task) -> begin(task);
        case Next.Refuse(Task task, long _) -> {
          end(task, new TaskResult.TooLate(clock.nanos()));
          agenda.at(agenda.nowNanos(), this::next);
        }
        case Next.WaitUntil(long nanos) -> opening.setAt(clock.trueNanos(nanos));
        case Next.Idle _ -> {}
      }
    }

    private void begin(Task task) {
      long begunNanos = agenda.nowNanos();
      witness.begun(id, task, clock.nanos(), begunNanos);
      busy = true;
      TaskResult result = runner.run(task);
      long endNanos = clock.trueNanos(result.endedNanos());
      agenda.at(endNanos, () -> end(task, result));
      agenda.at(
          tap.freeAgainNanos(task, begunNanos, endNanos),
          () -> {
            busy = false;
            next();
          });
    }

    private void end(Task task, TaskResult result) {
      if (!crashed) {
        witness.through(id, task, result, agenda.nowNanos());
        happen(new WorkerEvent.TaskEnded(task, result));
      }
    }
  }
}
