package org.clockwork.worker;

import io.vertx.core.Vertx;
import java.util.function.Consumer;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Postbag;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Clock;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.WorkerCommands;

/** Carries out what the worker wants: tasks to executors, messages to controller and gateways. */
final class Outbox implements WorkerCommands {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Postbag postbag;
  private final DataServer data;
  private final WorkerId worker;
  private final Clock clock;
  private final WorkerLines told;
  private final Consumer<Task> run;
  private final Consumer<String> look;
  private final Runnable wakeUp;
  private long timer = NO_TIMER;

  Outbox(
      Vertx vertx,
      DataServer data,
      WorkerId worker,
      Clock clock,
      WorkerLines told,
      Consumer<Task> run,
      Consumer<String> look,
      Runnable wakeUp) {
    this.vertx = vertx;
    this.postbag = new Postbag(vertx);
    this.data = data;
    this.worker = worker;
    this.clock = clock;
    this.told = told;
    this.run = run;
    this.look = look;
    this.wakeUp = wakeUp;
  }

  @Override
  public void run(Task task) {
    run.accept(task);
  }

  @Override
  public void send(Outcome outcome) {
    told.sent(outcome);
    postbag.send(Addresses.CONTROLLER_OUTCOMES, new Event.ActionEnded(worker, outcome));
  }

  @Override
  public void tellInputsArrived(ActionId infer, long nanos) {
    postbag.send(Addresses.CONTROLLER_OUTCOMES, new Event.InputsArrived(worker, infer, nanos));
  }

  @Override
  public void deliver(Outputs outputs) {
    if (!data.delivers(outputs)) {
      postbag.send(Addresses.gatewayOutputs(outputs.request().gateway()), outputs);
    }
  }

  @Override
  public void through(Tensors inputs) {
    data.through(inputs);
  }

  @Override
  public void announce(Announcement announcement) {
    told.announced(announcement);
    postbag.send(Addresses.CONTROLLER_ANNOUNCE, announcement);
  }

  @Override
  public void look(String source) {
    look.accept(source);
  }

  @Override
  public void retire() {
    vertx.eventBus().send(Addresses.CONTROLLER_RETIREMENTS, worker);
  }

  /** To the millisecond: only what is already late waits for this. */
  @Override
  public void wakeAt(long nanos) {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
    long millis = Math.max(1, Math.ceilDiv(nanos - clock.nanos(), 1_000_000));
    timer =
        vertx.setTimer(
            millis,
            _ -> {
              timer = NO_TIMER;
              wakeUp.run();
            });
  }
}
