package org.clockwork.launcher.explain;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** An explanation as people read it: a line that says how it ended, then what happened when. */
public final class Story {
  private final JsonObject json;
  private final List<Moment> moments = new ArrayList<>();

  private record Moment(double atMillis, String what) {}

  private Story(JsonObject json) {
    this.json = json;
  }

  /**
   * Tells it line by line.
   *
   * @param json as {@code clockwork.explain} answers
   */
  public static void tell(JsonObject json, Consumer<String> lines) {
    new Story(json).tell(lines);
  }

  private void tell(Consumer<String> lines) {
    lines.accept(headline());
    if (json.containsKey("cause")) {
      lines.accept("cause: %s (%s)".formatted(json.getString("cause"), json.getString("why")));
    }
    arrived();
    each("loads").forEach(this::load);
    each("attempts").forEach(this::attempt);
    if (json.containsKey("latency_ms")) {
      add(
          json.getDouble("latency_ms"),
          "ended for the controller: " + words(json.getString("result")));
    }
    moments.sort(
        Comparator.comparingDouble(
            Moment::atMillis)); // Stable: what is one moment keeps its order.
    moments.forEach(
        moment ->
            lines.accept(
                String.format(Locale.ROOT, "%12.3f ms  %s", moment.atMillis(), moment.what())));
    others().ifPresent(lines);
  }

  /** Where a client's name for it is that of others, too. */
  private Optional<String> others() {
    List<String> others = new ArrayList<>();
    json.getJsonArray("requests", new JsonArray()).forEach(id -> others.add(id.toString()));
    others.remove(json.getString("request_id"));
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "its client called others so, the newest first: " + String.join(", ", others));
  }

  private String headline() {
    String id =
        "request "
            + json.getString("request_id")
            + (json.containsKey("client_id") ? " (%s)".formatted(json.getString("client_id")) : "");
    if (!json.containsKey("model")) {
      return id + ": under way";
    }
    return String.format(
        Locale.ROOT,
        "%s: %s, %d %s, tenant %s: %s after %.3f of %.3f ms",
        id,
        json.getString("model"),
        json.getInteger("rows"),
        json.getInteger("rows") == 1 ? "row" : "rows",
        json.getString("tenant"),
        words(json.getString("result")),
        json.getDouble("latency_ms"),
        json.getDouble("slo_ms"));
  }

  private void arrived() {
    if (json.containsKey("model")) {
      String retry =
          json.containsKey("retry_of") ? ", as a retry of " + json.getString("retry_of") : "";
      add(
          0,
          "arrived at its gateway%s%s"
              .formatted(retry, json.getBoolean("cold_start") ? "; no GPU held the model" : ""));
    }
    if (json.containsKey("retry_after_ms")) {
      add(
          json.getDouble("latency_ms"),
          String.format(
              Locale.ROOT,
              "a retry was expected to succeed %.3f ms later",
              json.getDouble("retry_after_ms")));
    }
  }

  private void load(JsonObject load) {
    String where = gpu(load) + " LOAD " + load.getString("action");
    add(
        load.getDouble("sent_ms"),
        String.format(
            Locale.ROOT,
            "%s sent, expected to take %.3f ms",
            where,
            load.getDouble("predicted_ms")));
    if (load.containsKey("load_ms")) {
      span(load, "load_ms", where);
    } else {
      add(load.getDouble("sent_ms"), where + " refused: " + load.getString("refused"));
    }
  }

  private void attempt(JsonObject attempt) {
    String where = gpu(attempt);
    add(
        attempt.getDouble("sent_ms"),
        String.format(
            Locale.ROOT,
            "%s INFER %s sent: %d of at most %d requests, EXEC expected from %.3f to %.3f, at the"
                + " latest from %.3f",
            where,
            attempt.getString("action"),
            attempt.getInteger("requests"),
            attempt.getInteger("batch_size"),
            attempt.getDouble("predicted_begin_ms"),
            attempt.getDouble("predicted_end_ms"),
            attempt.getDouble("latest_begin_ms")));
    JsonArray inFront = attempt.getJsonArray("in_front");
    for (int i = 0; i < inFront.size(); i++) {
      JsonObject other = inFront.getJsonObject(i);
      add(
          attempt.getDouble("sent_ms"),
          String.format(
              Locale.ROOT,
              "  in front of it there: %d of %s, %.3f ms",
              other.getInteger("batches"),
              other.getString("model"),
              other.getDouble("exec_ms")));
    }
    if (attempt.containsKey("received_ms")) {
      add(attempt.getDouble("received_ms"), where + " received it");
    }
    if (attempt.containsKey("exec_ms")) {
      span(attempt, "input_ms", where + " INPUT");
      span(attempt, "exec_ms", where + " EXEC");
      span(attempt, "output_ms", where + " OUTPUT");
    } else if (attempt.containsKey("refused")) {
      add(attempt.getDouble("answered_ms"), where + " refused it: " + attempt.getString("refused"));
    }
  }

  private void span(JsonObject of, String key, String what) {
    JsonArray span = of.getJsonArray(key);
    double begun = span.getDouble(0);
    add(begun, String.format(Locale.ROOT, "%s, %.3f ms", what, span.getDouble(1) - begun));
  }

  private static String gpu(JsonObject of) {
    return "%s-GPU%d".formatted(of.getString("worker"), of.getInteger("gpu"));
  }

  private static String words(String result) {
    return result.replace('_', ' ');
  }

  private List<JsonObject> each(String key) {
    JsonArray array = json.getJsonArray(key);
    List<JsonObject> objects = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      objects.add(array.getJsonObject(i));
    }
    return objects;
  }

  private void add(double atMillis, String what) {
    moments.add(new Moment(atMillis, what));
  }
}
