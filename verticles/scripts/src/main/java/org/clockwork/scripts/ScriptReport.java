package org.clockwork.scripts;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clockwork.client.Report;

/**
 * What a script's run came to, and what the script itself has to say of it.
 *
 * @param reported by name, in the order of their first mention: numbers, texts and booleans
 */
public record ScriptReport(Report load, Map<String, Object> reported) {
  public ScriptReport {
    reported = Collections.unmodifiableMap(new LinkedHashMap<>(reported));
  }

  /** That of any load and, after it, {@code "reported"}. */
  public JsonObject json() {
    JsonObject own = new JsonObject();
    reported.forEach(own::put);
    return load.json().put("reported", own);
  }

  /** The total summary, several lines. */
  public String text() {
    StringBuilder text = new StringBuilder(load.text());
    reported.forEach(
        (name, value) -> text.append("\nReported ").append(name).append('=').append(value));
    return text.toString();
  }
}
