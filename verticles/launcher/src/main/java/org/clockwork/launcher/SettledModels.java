package org.clockwork.launcher;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.ModelStatus;

/** Hears which models have become ready, and which can't be. All of it is on one event loop. */
final class SettledModels {
  private final Vertx vertx;
  private final Context context;
  private final Map<String, ModelStatus> settled = new LinkedHashMap<>();
  private final Set<String> pending = new HashSet<>();
  private final Promise<List<ModelStatus>> all = Promise.promise();
  private List<String> awaited = List.of();

  SettledModels(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  /** Hears from when this has completed. */
  Future<Void> listen() {
    Promise<Void> listening = Promise.promise();
    context.runOnContext(
        _ ->
            vertx
                .eventBus()
                .consumer(
                    Addresses.CONTROLLER_MODELS,
                    (Message<ModelStatus> message) -> heard(message.body()))
                .completion()
                .onComplete(listening));
    return listening.future();
  }

  /**
   * Completes when a controller knows that this process's worker has them, so that each can be
   * asked for, and when each that is served unasked is settled, every copy of it; to be called
   * once.
   */
  Future<List<ModelStatus>> of(List<ModelSource> sources) {
    Set<String> offered = sources.stream().map(ModelSource::name).collect(toUnmodifiableSet());
    return AwaitedModels.ofOwnWorker(vertx, offered).found().compose(_ -> served(sources));
  }

  private Future<List<ModelStatus>> served(List<ModelSource> sources) {
    List<String> names = new ArrayList<>();
    for (ModelSource source : sources) {
      for (int copy = 1; copy <= source.settings().copies(); copy++) {
        names.add(copy == 1 ? source.name() : source.name() + "#" + copy);
      }
    }
    context.runOnContext(_ -> await(names));
    return all.future();
  }

  private void await(List<String> names) {
    awaited = names;
    pending.addAll(names);
    pending.removeAll(settled.keySet());
    completeWhereNoneIsPending();
  }

  private void heard(ModelStatus status) {
    if (status instanceof ModelStatus.Registering) {
      return;
    }
    settled.put(status.name(), status);
    if (pending.remove(status.name())) {
      completeWhereNoneIsPending();
    }
  }

  private void completeWhereNoneIsPending() {
    if (pending.isEmpty()) {
      all.tryComplete(awaited.stream().map(settled::get).toList());
    }
  }
}
