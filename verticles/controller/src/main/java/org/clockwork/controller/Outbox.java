package org.clockwork.controller;

import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Postbag;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.GatewayClocks;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.scheduler.WorkerClocks;
import org.clockwork.core.telemetry.Telemetry;

/**
 * Carries out what the scheduler wants: each command is a message on the event bus, or goes to the
 * readers of the telemetry.
 */
final class Outbox implements Commands {
  private final Vertx vertx;
  private final Postbag postbag;
  private final Alarm alarm;
  private final Consumer<Telemetry> telemetry;
  private final Consumer<ModelStatus> models;
  private final int maxStatuses;
  private final WorkerClocks workerClocks = new WorkerClocks();
  private final GatewayClocks gatewayClocks = new GatewayClocks();
  private final Map<WorkerId, String> actionAddresses = new HashMap<>();
  private final Map<String, ModelStatus> statuses = new LinkedHashMap<>();
  private long nowNanos;

  Outbox(
      Vertx vertx,
      Alarm alarm,
      Consumer<Telemetry> telemetry,
      Consumer<ModelStatus> models,
      SchedulerConfig config) {
    this.vertx = vertx;
    this.postbag = new Postbag(vertx);
    this.alarm = alarm;
    this.telemetry = telemetry;
    this.models = models;
    // Statuses are kept for gateways that come later. More names than models there can be only as
    // wishes that came to nothing; those alone find no place then.
    this.maxStatuses = config.maxModels();
  }

  /** To be told before each event that the scheduler gets. */
  void now(long nanos) {
    nowNanos = nanos;
  }

  /** An outcome as it came, in the controller's time. */
  Outcome received(WorkerId worker, Outcome outcome) {
    return workerClocks.entering(worker, outcome, nowNanos);
  }

  /** A time of the worker's, in the controller's. */
  long received(WorkerId worker, long nanos) {
    return workerClocks.entering(worker, nanos);
  }

  /** A request as it came, in the controller's time. */
  Request received(Request request, long nanos) {
    return gatewayClocks.entering(request, nanos);
  }

  void comes(WorkerId worker, NodeId node) {
    actionAddresses.put(worker, Addresses.workerActions(worker, node));
    workerClocks.joined(worker, node);
  }

  void comes(GatewayId gateway, NodeId node) {
    gatewayClocks.joined(gateway, node);
  }

  void sample(WorkerId worker, long sentNanos, long answeredNanos, long arrivedNanos) {
    workerClocks.asked(worker, sentNanos, answeredNanos, arrivedNanos);
  }

  void sample(GatewayId gateway, long sentNanos, long answeredNanos, long arrivedNanos) {
    gatewayClocks.asked(gateway, sentNanos, answeredNanos, arrivedNanos);
  }

  boolean knows(WorkerId worker) {
    return workerClocks.knows(worker);
  }

  boolean knows(GatewayId gateway) {
    return gatewayClocks.knows(gateway);
  }

  void forget(WorkerId worker) {
    actionAddresses.remove(worker);
    workerClocks.forget(worker);
  }

  void forget(GatewayId gateway) {
    gatewayClocks.forget(gateway);
  }

  /** Every status once more, for a gateway that has just come. */
  void publishAll(GatewayId gateway) {
    String address = Addresses.gatewayModels(gateway);
    statuses.values().forEach(status -> postbag.send(address, status));
  }

  @Override
  public void send(WorkerId worker, Action action) {
    postbag.send(actionAddresses.get(worker), workerClocks.leaving(worker, action, nowNanos));
  }

  @Override
  public void tell(Verdict verdict) {
    postbag.send(Addresses.gatewayVerdicts(verdict.request().gateway()), verdict);
  }

  @Override
  public void publish(ModelStatus status) {
    switch (status) {
      case ModelStatus.Gone gone -> statuses.remove(gone.name());
      case ModelStatus.Registering _, ModelStatus.Ready _ -> statuses.put(status.name(), status);
      case ModelStatus.Versioned _ -> {} // Only of interest to who has just asked for it.
      case ModelStatus.Unavailable _ -> {
        if (statuses.containsKey(status.name()) || statuses.size() < maxStatuses) {
          statuses.put(status.name(), status);
        }
      }
    }
    models.accept(status);
    gatewayClocks
        .gateways()
        .forEach(gateway -> postbag.send(Addresses.gatewayModels(gateway), status));
    // After the gateways' own word, which leaves at the end of this turn.
    vertx.runOnContext(_ -> vertx.eventBus().publish(Addresses.CONTROLLER_MODELS, status));
  }

  @Override
  public void wakeAt(long nanos) {
    alarm.set(nanos);
  }

  @Override
  public void emit(Telemetry event) {
    telemetry.accept(event);
  }
}
