package org.clockwork.controller;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.StartupReport;
import org.clockwork.controller.telemetry.Summary;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;

/**
 * Carries one {@link Scheduler} on an event loop: brings it what comes over the event bus and the
 * time, and carries out what it commands. Nothing else belongs on that event loop.
 */
public final class ControllerVerticle extends VerticleBase {
  private final ControllerConfig config;
  private final Consumer<String> lines;
  private final LongSupplier clock;
  private final Scheduler scheduler;
  private final PredictionErrors predictionErrors = new PredictionErrors();
  private final Promise<Void> broken = Promise.promise();
  private final StartupReport report;
  private Summary summary;
  private TelemetryLog log;
  private Alarm alarm;
  private Outbox outbox;

  public ControllerVerticle(ControllerConfig config, Consumer<String> lines) {
    this(config, lines, System::nanoTime);
  }

  /**
   * @param lines gets what the controller has to say to its operator, line by line, from its event
   *     loop and from the log's writer
   * @param clock monotonic nanoseconds
   */
  public ControllerVerticle(ControllerConfig config, Consumer<String> lines, LongSupplier clock) {
    this.config = config;
    this.lines = lines;
    this.clock = clock;
    this.scheduler = new Scheduler(config.scheduler(), Policies.named(config.policy()));
    this.report = new StartupReport(lines);
  }

  @Override
  public Future<?> start() {
    long nowNanos = clock.getAsLong();
    report.begin(config.policy(), config.scheduler(), config.log());
    summary = new Summary(nowNanos);
    log = new TelemetryLog(config.log(), nowNanos, lines);
    alarm = new Alarm(vertx, clock, () -> feed(new Event.WakeUp()));
    EventBus bus = vertx.eventBus();
    outbox = new Outbox(bus, alarm, this::tellReaders, report::changed, config.scheduler());
    if (config.summarySeconds() > 0) {
      vertx.setPeriodic(
          TimeUnit.SECONDS.toMillis(config.summarySeconds()),
          _ -> summary.print(clock.getAsLong(), lines));
    }
    List<Future<Void>> listening =
        List.of(
            bus.<Request>consumer(Addresses.CONTROLLER_REQUESTS, this::onRequest).completion(),
            bus.<RequestId>consumer(Addresses.CONTROLLER_CANCELLATIONS, this::onCancellation)
                .completion(),
            bus.<Event.ActionEnded>consumer(Addresses.CONTROLLER_OUTCOMES, this::onOutcome)
                .completion(),
            bus.<Announcement>consumer(Addresses.CONTROLLER_ANNOUNCE, this::onAnnouncement)
                .completion(),
            bus.<WorkerId>consumer(Addresses.CONTROLLER_DEPARTURES, this::onDeparture).completion(),
            bus.<Event>consumer(Addresses.CONTROLLER_WISHES, this::onWish).completion(),
            bus.<GatewayId>consumer(Addresses.CONTROLLER_GATEWAYS, this::onGateway).completion());
    return Future.all(listening).onSuccess(_ -> bus.publish(Addresses.WORKERS_ANNOUNCE, ""));
  }

  /** Prints a last summary and writes the logs to their end. */
  @Override
  public Future<?> stop() {
    alarm.cancel();
    summary.print(clock.getAsLong(), lines);
    return vertx.executeBlocking(
        () -> {
          log.close();
          return log.lost();
        });
  }

  /**
   * Fails when the scheduler has broken an invariant of its own. From then on the controller does
   * nothing, since whatever it did would be a guess; the node is to be stopped.
   */
  public Future<Void> broken() {
    return broken.future();
  }

  /** How good the predictions were; to be read from any thread. */
  public PredictionErrors predictionErrors() {
    return predictionErrors;
  }

  /** A worker is gone, by its own word or by that of whoever watches the cluster. */
  public void workerLeft(WorkerId worker) {
    context.runOnContext(_ -> left(worker));
  }

  private void onRequest(Message<Request> message) {
    feed(new Event.RequestArrived(message.body()));
  }

  private void onCancellation(Message<RequestId> message) {
    feed(new Event.RequestCancelled(message.body()));
  }

  private void onOutcome(Message<Event.ActionEnded> message) {
    WorkerId worker = message.body().worker();
    outbox.now(clock.getAsLong());
    Outcome outcome = outbox.received(worker, message.body().outcome());
    if (outcome instanceof Outcome.Registered registered) {
      report.registered(registered.model());
    }
    feed(new Event.ActionEnded(worker, outcome));
  }

  private void onAnnouncement(Message<Announcement> message) {
    report.announced(message.body());
    feed(new Event.WorkerAnnounced(message.body()));
    report.settle();
  }

  private void onDeparture(Message<WorkerId> message) {
    left(message.body());
  }

  private void left(WorkerId worker) {
    report.left(worker);
    feed(new Event.WorkerLeft(worker));
    outbox.forget(worker);
  }

  private void onWish(Message<Event> message) {
    feed(message.body());
  }

  private void onGateway(Message<GatewayId> message) {
    outbox.publishAll();
  }

  private void feed(Event event) {
    if (broken.future().isComplete()) {
      return;
    }
    long nowNanos = clock.getAsLong();
    outbox.now(nowNanos);
    try {
      scheduler.on(event, nowNanos, outbox);
    } catch (RuntimeException e) {
      broken.fail(new IllegalStateException("the scheduler broke on " + event, e));
    }
  }

  private void tellReaders(Telemetry event) {
    log.accept(event);
    summary.accept(event);
    if (event instanceof Telemetry.ActionEnded ended) {
      predictionErrors.accept(ended);
    }
  }
}
