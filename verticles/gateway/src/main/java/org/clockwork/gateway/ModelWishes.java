package org.clockwork.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageProducer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.audit.Audit;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.codecs.audit.Deed;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.ModelTable;
import org.clockwork.core.model.ModelName;
import org.clockwork.core.scheduler.Event;

/** Passes on to the controller which models are to be served, and waits until it says so. */
final class ModelWishes {
  /** A model met for the first time is measured, which takes seconds for each batch size. */
  private static final long PATIENCE_MILLIS = 300_000;

  private final Vertx vertx;
  private final ModelTable models;
  private final Audit audit;
  private final MessageProducer<Event> controller;
  private final Map<String, List<Wait>> waiting = new HashMap<>();

  private record Wait(Event wish, Predicate<ModelStatus> settles, Promise<ModelStatus> settled) {}

  ModelWishes(Vertx vertx, ModelTable models, Audit audit) {
    this.vertx = vertx;
    this.models = models;
    this.audit = audit;
    this.controller = vertx.eventBus().sender(Addresses.CONTROLLER_WISHES);
  }

  /** Each copy's status once it is ready or can't be; fails where the controller doesn't say. */
  Future<List<ModelStatus>> load(Caller caller, String name, String source, int copies) {
    List<Future<ModelStatus>> wished = new ArrayList<>(copies);
    for (int copy = 1; copy <= copies; copy++) {
      wished.add(load(copy == 1 ? name : name + "#" + copy, source));
    }
    String what = name.equals(source) ? name : name + " from " + source;
    Future<List<ModelStatus>> loaded = Future.all(wished).map(all -> all.<ModelStatus>list());
    audit.of(
        caller,
        Deed.LOAD,
        copies == 1 ? what : what + " times " + copies,
        loaded.compose(ModelWishes::allReady));
    return loaded;
  }

  private static Future<Void> allReady(List<ModelStatus> statuses) {
    return statuses.stream()
        .filter(status -> !(status instanceof ModelStatus.Ready))
        .findFirst()
        .<Future<Void>>map(
            status ->
                Future.failedFuture(
                    "model '%s': %s".formatted(status.name(), ModelJson.reason(status))))
        .orElseGet(Future::succeededFuture);
  }

  private Future<ModelStatus> load(String name, String source) {
    if (!(models.get(name) instanceof ModelStatus.Ready ready)) {
      return wish(new Event.ModelWanted(name, source), name, ModelWishes::isSettled)
          .compose(
              status ->
                  status instanceof ModelStatus.Versioned versioned
                      ? loadHighest(versioned)
                      : Future.succeededFuture(status));
    }
    return ready.spec().source().equals(source)
        ? Future.succeededFuture(ready)
        : Future.failedFuture(
            "model '%s' is served already, from source '%s' and not '%s'; unload it first or choose another name"
                .formatted(name, ready.spec().source(), source));
  }

  /** Those that are served go on being served. */
  private Future<ModelStatus> loadHighest(ModelStatus.Versioned model) {
    long version = ModelName.of(model.highest()).version().orElseThrow();
    return load(ModelName.of(model.name()).at(version).toString(), model.highest());
  }

  /** The status that says that it has gone; of a name of several versions, that all have. */
  Future<ModelStatus> unload(Caller caller, String name) {
    return audit.of(caller, Deed.UNLOAD, name, unload(name));
  }

  private Future<ModelStatus> unload(String name) {
    boolean exact = !(models.get(name) instanceof ModelStatus.Gone);
    List<ModelStatus> versions = models.versions(name);
    return exact || versions.isEmpty()
        ? unloadExactly(name)
        : Future.all(versions.stream().map(version -> unloadExactly(version.name())).toList())
            .map(new ModelStatus.Gone(name));
  }

  private Future<ModelStatus> unloadExactly(String name) {
    return wish(new Event.ModelUnwanted(name), name, status -> status instanceof ModelStatus.Gone);
  }

  /** The controller said something about a model. */
  void heard(ModelStatus status) {
    List<Wait> waits = waiting.getOrDefault(status.name(), List.of());
    for (Wait wait : List.copyOf(waits)) {
      if (wait.settles().test(status)) {
        wait.settled().tryComplete(status);
      }
    }
  }

  /** Another controller is there, which has not heard what the one before it was asked for. */
  void repeat() {
    waiting.values().forEach(waits -> waits.forEach(wait -> controller.write(wait.wish())));
  }

  private Future<ModelStatus> wish(Event event, String name, Predicate<ModelStatus> settles) {
    Wait wait = new Wait(event, settles, Promise.promise());
    waiting.computeIfAbsent(name, _ -> new ArrayList<>()).add(wait);
    long timer =
        vertx.setTimer(
            PATIENCE_MILLIS,
            _ ->
                wait.settled()
                    .tryFail(
                        "the controller has not settled model '%s' within %d s; it is %s now"
                            .formatted(name, PATIENCE_MILLIS / 1000, models.get(name))));
    controller
        .write(event)
        .onFailure(
            cause ->
                wait.settled()
                    .tryFail(
                        "no controller took the wish for model '%s': %s"
                            .formatted(name, cause.getMessage())));
    return wait.settled()
        .future()
        .onComplete(
            _ -> {
              vertx.cancelTimer(timer);
              forget(name, wait);
            });
  }

  private void forget(String name, Wait wait) {
    waiting.computeIfPresent(
        name,
        (_, waits) -> {
          waits.remove(wait);
          return waits.isEmpty() ? null : waits;
        });
  }

  private static boolean isSettled(ModelStatus status) {
    return switch (status) {
      case ModelStatus.Ready _,
          ModelStatus.Unavailable _,
          ModelStatus.Versioned _,
          ModelStatus.Gone _ ->
          true;
      case ModelStatus.Registering _ -> false;
    };
  }
}
