package org.clockwork.controller.explain;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Postbag;
import org.clockwork.controller.ModelNames;
import org.clockwork.core.request.RequestId;

/**
 * {@code clockwork.explain}: {@code {"id": "G0-12"}} in, the request's story out; a client's own
 * name for its request does as well. What it remembers belongs to the thread that reads the
 * telemetry, so that is where questions are answered.
 */
public final class ExplainDoor {
  /** As many as a client may call a request. */
  private static final int NAME_CHARS_MAX = 256;

  /** Requests of one name that are listed. */
  private static final int BEARERS_MAX = 20;

  private static final int SHOWN_CHARS = 64;

  private final RecentRequests recent;
  private final ClientNames clientNames;
  private final Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader;
  private final ModelNames models;

  /**
   * @param onReader asks on the thread that {@code recent} belongs to, after all that was told
   *     before; fails where too many ask at once
   */
  public ExplainDoor(
      RecentRequests recent,
      ModelNames models,
      Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader) {
    this.recent = recent;
    this.clientNames = new ClientNames(recent.capacity());
    this.models = models;
    this.onReader = onReader;
  }

  public Future<Void> listening(EventBus bus) {
    return Postbag.receive(bus, Addresses.CONTROLLER_REQUEST_NAMES, clientNames::learn)
        .compose(_ -> bus.consumer(Addresses.EXPLAIN, this::on).completion());
  }

  private void on(Message<Object> message) {
    if (!(message.body() instanceof JsonObject question)
        || !(question.getValue("id") instanceof String text)
        || text.isEmpty()
        || text.length() > NAME_CHARS_MAX) {
      message.reply(
          error(
              "invalid_request",
              "expected {\"id\": the id of a request, or its client's own}, at most %d characters"
                  .formatted(NAME_CHARS_MAX)));
      return;
    }
    Supplier<JsonObject> answer = answer(text);
    Future.fromCompletionStage(onReader.apply(answer))
        .otherwise(failure -> error("unavailable", failure.getMessage()))
        .onSuccess(message::reply);
  }

  /** A request that is called so by us is meant before those that are called so by clients. */
  private Supplier<JsonObject> answer(String text) {
    Optional<RequestId> id = RequestId.parse(text);
    Optional<String> clientsOwn = id.flatMap(clientNames::of);
    List<RequestId> bearers = clientNames.bearing(text, BEARERS_MAX);
    return () ->
        id.flatMap(recent::find)
            .map(found -> named(write(found), clientsOwn))
            .or(() -> newest(text, bearers))
            .orElseGet(() -> unknown(text));
  }

  private Optional<JsonObject> newest(String name, List<RequestId> bearers) {
    JsonArray ids = new JsonArray();
    bearers.forEach(bearer -> ids.add(bearer.toString()));
    return bearers.stream()
        .flatMap(bearer -> recent.find(bearer).stream())
        .findFirst()
        .map(found -> named(write(found), Optional.of(name)).put("requests", ids));
  }

  private JsonObject write(Explanation found) {
    return ExplanationJson.write(found, models::of);
  }

  private static JsonObject named(JsonObject story, Optional<String> clientsOwn) {
    clientsOwn.ifPresent(name -> story.put("client_id", name));
    return story;
  }

  private JsonObject unknown(String text) {
    return error(
        "unknown_request",
        "nothing is known of '%s': it waits still, or is neither one of the last %d requests nor what a client called one; ids look like G0-12 and stand in each answer as request_id"
            .formatted(shown(text), recent.capacity()));
  }

  private static JsonObject error(String code, String reason) {
    return new JsonObject().put("error", reason).put("code", code);
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }
}
