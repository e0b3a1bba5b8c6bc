package org.clockwork.controller;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.worker.Announcement;

/**
 * Tells clients which models the workers could serve, and when that has changed: so that a client
 * which comes before the workers waits for them, and one that asks for what nobody has learns what
 * there is.
 */
final class Catalogue {
  private final EventBus bus;
  private final Map<WorkerId, Set<String>> models = new HashMap<>();

  Catalogue(EventBus bus) {
    this.bus = bus;
  }

  /** Answers from now on; whoever waits for a controller hears that one has come. */
  Future<Void> listening() {
    return bus.consumer(Addresses.CONTROLLER_CATALOGUE, message -> message.reply(json()))
        .completion()
        .onSuccess(_ -> tell());
  }

  void announced(Announcement announcement) {
    Set<String> names =
        announcement.sources().stream()
            .map(Announcement.Source::name)
            .collect(Collectors.toUnmodifiableSet());
    if (!names.equals(models.put(announcement.worker(), names))) {
      tell();
    }
  }

  void left(WorkerId worker) {
    if (models.remove(worker) != null) {
      tell();
    }
  }

  private void tell() {
    bus.publish(Addresses.CATALOGUE_CHANGED, "");
  }

  private JsonObject json() {
    Set<String> names = new TreeSet<>();
    models.values().forEach(names::addAll);
    return new JsonObject()
        .put("workers", models.size())
        .put("models", new JsonArray(names.stream().toList()));
  }
}
