package org.clockwork.benchmarks.peers;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.clockwork.benchmarks.oip.Door;

/**
 * What one server made of one load through one door. Latencies are the client's, from the intended
 * moment on, of what was answered inside the deadline.
 *
 * @param factor of the raw rate that was offered
 * @param rawPerSecond what ONNX Runtime by itself does, the mean of right before and right after
 * @param late answered, but after the deadline, or told by the server that it would be
 * @param valid the load went out on time
 */
record Point(
    String server,
    Door door,
    double factor,
    double rawPerSecond,
    double seconds,
    long offered,
    long met,
    long refused,
    double refusalP50Millis,
    long late,
    long failed,
    long unanswered,
    double p50Millis,
    double p99Millis,
    boolean valid) {
  static final String HEADER =
      """
      | server | door | × raw | raw/s | offered/s | met % | goodput % of raw | refused (p50 ms) | late | failed | unanswered | p50 ms | p99 ms |
      |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
      """;

  boolean isOf(String wantedServer, Door wantedDoor, double wantedFactor) {
    return server.equals(wantedServer) && door == wantedDoor && factor == wantedFactor;
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.1f | %.1f | %.1f | %.2f | %.1f | %s | %d | %d | %d | %.0f | %.0f |%s",
        server,
        door.shown(),
        factor,
        rawPerSecond,
        offered / seconds,
        100.0 * met / Math.max(1, offered),
        100.0 * met / seconds / rawPerSecond,
        refused == 0 ? "0" : String.format(Locale.ROOT, "%d (%.1f)", refused, refusalP50Millis),
        late,
        failed,
        unanswered,
        p50Millis,
        p99Millis,
        valid ? "" : " (load went out late)");
  }

  JsonObject json() {
    return new JsonObject()
        .put("server", server)
        .put("door", door.name())
        .put("factor", factor)
        .put("raw_per_s", rawPerSecond)
        .put("seconds", seconds)
        .put("offered", offered)
        .put("met", met)
        .put("refused", refused)
        .put("refusal_p50_ms", refusalP50Millis)
        .put("late", late)
        .put("failed", failed)
        .put("unanswered", unanswered)
        .put("p50_ms", p50Millis)
        .put("p99_ms", p99Millis)
        .put("valid", valid);
  }

  static Point of(JsonObject json) {
    return new Point(
        json.getString("server"),
        Door.of(json.getString("door")),
        json.getDouble("factor"),
        json.getDouble("raw_per_s"),
        json.getDouble("seconds"),
        json.getLong("offered"),
        json.getLong("met"),
        json.getLong("refused"),
        json.getDouble("refusal_p50_ms"),
        json.getLong("late"),
        json.getLong("failed"),
        json.getLong("unanswered"),
        json.getDouble("p50_ms"),
        json.getDouble("p99_ms"),
        json.getBoolean("valid"));
  }
}
