package org.clockwork.gateway.bridge;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.clockwork.core.request.Traceparent;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;

/** What a client says in one frame of the bridge protocol. Fields that it has more are let be. */
sealed interface Said {
  /** Addresses of replies are written back. */
  int ADDRESS_CHARS_MAX = 256;

  record Ping() implements Said {}

  /**
   * A question, or something that wants no answer.
   *
   * @param body null where there is none
   * @param authorization the header of that name, where there is one
   * @param trace that it belongs to, as its header says
   */
  record Send(
      String address,
      Optional<String> replyAddress,
      Object body,
      Optional<String> authorization,
      Optional<Traceparent> trace)
      implements Said {}

  record Publish(String address) implements Said {}

  record Register(String address, Optional<String> authorization) implements Said {}

  record Unregister(String address) implements Said {}

  static Said read(JsonObject frame) throws MalformedException {
    Fields fields = new Fields(frame, "");
    String type = fields.text("type");
    return switch (type) {
      case "ping" -> new Ping();
      case "send" ->
          new Send(
              address(fields),
              reply(fields),
              frame.getValue("body"),
              authorization(frame),
              header(frame, Traceparent.HEADER).flatMap(Traceparent::parse));
      case "publish" -> new Publish(address(fields));
      case "register" -> new Register(address(fields), authorization(frame));
      case "unregister" -> new Unregister(address(fields));
      default ->
          throw fields.wrong(
              "type", type, "one of 'send', 'publish', 'register', 'unregister' and 'ping'");
    };
  }

  private static Optional<String> authorization(JsonObject frame) {
    return header(frame, "authorization");
  }

  private static Optional<String> header(JsonObject frame, String name) {
    return frame.getValue("headers") instanceof JsonObject headers
            && headers.getValue(name) instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }

  private static String address(Fields fields) throws MalformedException {
    return shortText(fields, "address", fields.text("address"));
  }

  private static Optional<String> reply(Fields fields) throws MalformedException {
    Optional<String> reply = fields.optionalText("replyAddress");
    return reply.isPresent()
        ? Optional.of(shortText(fields, "replyAddress", reply.get()))
        : Optional.empty();
  }

  private static String shortText(Fields fields, String field, String text)
      throws MalformedException {
    if (text.length() > ADDRESS_CHARS_MAX) {
      throw fields.wrong(field, text, "at most %d characters".formatted(ADDRESS_CHARS_MAX));
    }
    return text;
  }
}
