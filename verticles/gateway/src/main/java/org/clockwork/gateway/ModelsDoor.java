package org.clockwork.gateway;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.ModelTable;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;

/** {@code clockwork.models}: ls, load and unload in JSON. Always replies with a JSON object. */
record ModelsDoor(ModelWishes wishes, ModelTable models) {
  /** As many as one controller registers unless told otherwise. */
  private static final int COPIES_MAX = 10_000;

  private static final int NAME_CHARS_MAX = 256;

  void on(Message<Object> message) {
    try {
      reply(Fields.of(message.body()))
          .otherwise(failure -> AnswerJson.error("unavailable", failure.getMessage()))
          .onSuccess(message::reply);
    } catch (MalformedException wrong) {
      message.reply(AnswerJson.malformed(wrong));
    }
  }

  private Future<JsonObject> reply(Fields fields) throws MalformedException {
    String op = fields.text("op");
    return switch (op) {
      case "ls" -> list(fields);
      case "load" -> load(fields);
      case "unload" -> unload(fields);
      default -> throw fields.wrong("op", op, "'ls', 'load' or 'unload'");
    };
  }

  private Future<JsonObject> list(Fields fields) throws MalformedException {
    fields.allow("op");
    return Future.succeededFuture(listed(models.all()));
  }

  private Future<JsonObject> load(Fields fields) throws MalformedException {
    fields.allow("op", "name", "source", "copies");
    String name = name(fields);
    String source = fields.optionalText("source").orElse(name);
    int copies = fields.integer("copies", 1, 1, COPIES_MAX);
    return wishes.load(Caller.BUS, name, source, copies).map(ModelsDoor::loaded);
  }

  private Future<JsonObject> unload(Fields fields) throws MalformedException {
    fields.allow("op", "name");
    String name = name(fields);
    return models.find(name) instanceof ModelStatus.Gone
        ? Future.succeededFuture(
            AnswerJson.error("unknown_model", "model %s is unknown".formatted(Shown.text(name))))
        : wishes.unload(Caller.BUS, name).map(gone -> listed(List.of(gone)));
  }

  private static String name(Fields fields) throws MalformedException {
    String name = fields.text("name");
    if (name.isBlank() || name.length() > NAME_CHARS_MAX) {
      throw fields.wrong(
          "name", name, "1 to %d characters, not all blank".formatted(NAME_CHARS_MAX));
    }
    return name;
  }

  private static JsonObject loaded(List<ModelStatus> statuses) {
    JsonObject reply = listed(statuses);
    statuses.stream()
        .filter(status -> !(status instanceof ModelStatus.Ready))
        .findFirst()
        .ifPresent(
            status ->
                reply.mergeIn(
                    AnswerJson.error(
                        "unavailable",
                        "model '%s' can't be served: %s"
                            .formatted(status.name(), ModelJson.reason(status)))));
    return reply;
  }

  private static JsonObject listed(Collection<ModelStatus> statuses) {
    JsonArray models = new JsonArray();
    statuses.forEach(status -> models.add(ModelJson.write(status)));
    return new JsonObject().put("models", models);
  }
}
