package org.clockwork.controller.usage;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;

/**
 * {@code clockwork.usage}: whoever asks hears what each tenant has had since the controller began.
 */
public final class UsageDoor {
  private final Usage usage;
  private final Instant since;
  private final Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader;

  /**
   * @param since when counting began
   * @param onReader asks on the thread that {@code usage} belongs to; fails where too many ask at
   *     once
   */
  public UsageDoor(
      Usage usage,
      Instant since,
      Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader) {
    this.usage = usage;
    this.since = since;
    this.onReader = onReader;
  }

  public Future<Void> listening(EventBus bus) {
    return bus.consumer(Addresses.USAGE, this::on).completion();
  }

  private void on(Message<Object> message) {
    Future.fromCompletionStage(onReader.apply(this::all))
        .otherwise(
            failure ->
                new JsonObject().put("error", failure.getMessage()).put("code", "unavailable"))
        .onSuccess(message::reply);
  }

  private JsonObject all() {
    JsonArray tenants = new JsonArray();
    usage.tenants().forEach(tenant -> tenants.add(json(tenant)));
    return new JsonObject().put("since", since.toString()).put("tenants", tenants);
  }

  private static JsonObject json(TenantUsage usage) {
    JsonObject json =
        new JsonObject()
            .put("tenant", usage.tenant())
            .put("requests", usage.requests())
            .put("rows", usage.rows());
    for (TenantUsage.Ending ending : TenantUsage.Ending.values()) {
      json.put(ending.name().toLowerCase(Locale.ROOT), usage.requests(ending));
    }
    return json.put("cold_starts", usage.coldStarts()).put("exec_seconds", usage.execSeconds());
  }
}
