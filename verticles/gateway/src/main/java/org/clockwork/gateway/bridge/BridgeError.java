package org.clockwork.gateway.bridge;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What a client did that a bridge doesn't do, as frames of type "err". Codes are HTTP's. */
enum BridgeError {
  MALFORMED(400, "malformed"),
  UNAUTHENTICATED(401, "unauthenticated"),
  FORBIDDEN(403, "forbidden"),
  NOT_PERMITTED(403, "access_denied"),
  UNKNOWN(404, "unknown_address"),
  TOO_MUCH(429, "too_much"),
  BROKEN(500, "broken"),
  LEAVING(503, "draining");

  private final int code;
  private final String word;

  BridgeError(int code, String word) {
    this.code = code;
    this.word = word;
  }

  /**
   * A frame.
   *
   * @param waiting where the client waits for what it doesn't get; its library then tells whoever
   *     waits there
   * @param address that it spoke of, empty where none could be read
   */
  JsonObject at(Optional<String> waiting, String address, String reason) {
    return frame(waiting, address, code, ReplyFailure.ERROR, word + ": " + reason);
  }

  /** What the event bus said. */
  static JsonObject of(Optional<String> waiting, String address, ReplyException failure) {
    return frame(
        waiting, address, failure.failureCode(), failure.failureType(), failure.getMessage());
  }

  private static JsonObject frame(
      Optional<String> waiting, String address, int code, ReplyFailure type, String message) {
    JsonObject frame = new JsonObject().put("type", "err");
    waiting.ifPresent(reply -> frame.put("address", reply));
    if (!address.isEmpty()) {
      frame.put("sourceAddress", address);
    }
    return frame.put("failureCode", code).put("failureType", type.name()).put("message", message);
  }
}
