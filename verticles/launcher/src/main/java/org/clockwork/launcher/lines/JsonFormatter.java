package org.clockwork.launcher.lines;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.clockwork.core.request.RequestId;

/**
 * Writes what is logged as a JSON object a line. What a line is about, it has among its parameters:
 * ids of requests become a field of their own.
 */
final class JsonFormatter extends Formatter {
  @Override
  public String format(LogRecord logged) {
    JsonObject line =
        JsonLine.of(
            logged.getInstant(),
            logged.getLevel(),
            Optional.ofNullable(logged.getLoggerName()).orElse(""),
            formatMessage(logged));
    List<String> requests = requests(logged);
    if (requests.size() == 1) {
      line.put("request_id", requests.getFirst());
    } else if (!requests.isEmpty()) {
      line.put("request_ids", new JsonArray(requests));
    }
    Optional.ofNullable(logged.getThrown()).ifPresent(thrown -> line.put("error", trace(thrown)));
    return line.encode() + "\n";
  }

  private static List<String> requests(LogRecord logged) {
    return Optional.ofNullable(logged.getParameters()).stream()
        .flatMap(Arrays::stream)
        .filter(RequestId.class::isInstance)
        .map(Object::toString)
        .toList();
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
