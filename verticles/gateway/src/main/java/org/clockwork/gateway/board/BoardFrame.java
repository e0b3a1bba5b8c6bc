package org.clockwork.gateway.board;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** One frame as lines for those who are up to date and for those who are not; written once each. */
final class BoardFrame {
  private static final String WHOLE = "whole";

  private final JsonObject json;
  private Buffer whole;
  private Buffer news;

  BoardFrame(JsonObject json) {
    this.json = json;
  }

  boolean isWhole() {
    return json.containsKey(WHOLE);
  }

  long sequence() {
    return json.getLong("seq");
  }

  /** With everything as it is. */
  Buffer whole() {
    if (whole == null) {
      whole = line(json);
    }
    return whole;
  }

  /** What happened since the frame before, alone. */
  Buffer news() {
    if (news == null && !isWhole()) {
      news = line(json);
    } else if (news == null) {
      JsonObject rest = new JsonObject();
      json.forEach(
          field -> {
            if (!field.getKey().equals(WHOLE)) {
              rest.put(field.getKey(), field.getValue());
            }
          });
      news = line(rest);
    }
    return news;
  }

  private static Buffer line(JsonObject json) {
    return json.toBuffer().appendByte((byte) '\n');
  }
}
