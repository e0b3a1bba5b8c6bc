package org.clockwork.launcher.lines;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.logging.Level;

/** The one shape of a line in JSON; docs/operating.md describes it. */
final class JsonLine {
  private JsonLine() {}

  static JsonObject of(Instant time, Level level, String logger, String message) {
    return new JsonObject()
        .put("time", time.toString())
        .put("level", word(level))
        .put("logger", logger)
        .put("message", message);
  }

  /** In the words that collectors of logs know. */
  private static String word(Level level) {
    int value = level.intValue();
    return value >= Level.SEVERE.intValue()
        ? "ERROR"
        : value >= Level.WARNING.intValue()
            ? "WARN"
            : value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }
}
