package org.clockwork.controller.explain;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.controller.ModelNames;
import org.clockwork.core.request.RequestId;

/**
 * {@code clockwork.explain}: {@code {"id": "G0-12"}} in, the request's story out. What it remembers
 * belongs to the thread that reads the telemetry, so that is where questions are answered.
 */
public final class ExplainDoor {
  private static final int SHOWN_CHARS = 64;

  private final RecentRequests recent;
  private final Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader;
  private final ModelNames names;

  /**
   * @param onReader asks on the thread that {@code recent} belongs to, after all that was told
   *     before; fails where too many ask at once
   */
  public ExplainDoor(
      RecentRequests recent,
      ModelNames names,
      Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader) {
    this.recent = recent;
    this.names = names;
    this.onReader = onReader;
  }

  public Future<Void> listening(EventBus bus) {
    return bus.consumer(Addresses.EXPLAIN, this::on).completion();
  }

  private void on(Message<Object> message) {
    if (!(message.body() instanceof JsonObject question)
        || !(question.getValue("id") instanceof String text)) {
      message.reply(error("invalid_request", "expected {\"id\": the id of a request}"));
      return;
    }
    Optional<RequestId> id = RequestId.parse(text);
    if (id.isEmpty()) {
      message.reply(
          error(
              "invalid_request",
              "'%s' is no request's id; one looks like G0-12 and stands in each answer as request_id"
                  .formatted(shown(text))));
      return;
    }
    Future.fromCompletionStage(onReader.apply(() -> answer(id.get())))
        .otherwise(failure -> error("unavailable", failure.getMessage()))
        .onSuccess(message::reply);
  }

  private JsonObject answer(RequestId id) {
    return recent
        .find(id)
        .map(found -> ExplanationJson.write(found, names::of))
        .orElseGet(
            () ->
                error(
                    "unknown_request",
                    "request %s waits still, is none of the last %d, or was never made"
                        .formatted(id, recent.capacity())));
  }

  private static JsonObject error(String code, String reason) {
    return new JsonObject().put("error", reason).put("code", code);
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }
}
