package org.clockwork.benchmarks.cluster;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A client in a process of its own, and what it says its load came to.
 *
 * @param json where it will write that
 */
public record ClientProcess(RoleProcess role, Path json) {
  /** Each second it prints one of these. */
  private static final String SECOND = "throughput=";

  /** Blocks until its load has begun. */
  public void awaitLoad() throws InterruptedException {
    role.await(line -> line.startsWith(SECOND), Duration.ofMinutes(5));
  }

  /** Blocks until its load is over and all was answered. */
  Result result(Duration atMost) throws IOException, InterruptedException {
    role.awaitEnd(atMost);
    return new Result(new JsonObject(Files.readString(json)));
  }

  /** What {@code client --json} wrote. */
  record Result(JsonObject json) {
    long count(String key) {
      return json.getLong(key);
    }

    double perSecond(String key) {
      return count(key) / json.getDouble("duration_s");
    }

    double metPercent() {
      return 100.0 * count("met") / Math.max(1, count("offered"));
    }

    /** Of what succeeded; 0 where nothing did. */
    double latencyMillis(String key) {
      Double millis = json.getJsonObject("latency_ms").getDouble(key);
      return millis == null ? 0 : millis;
    }

    long refused() {
      return json.getJsonObject("refused").stream()
          .mapToLong(each -> ((Number) each.getValue()).longValue())
          .sum();
    }

    /** What all figures are worth nothing without. */
    String warnings() {
      return (json.getBoolean("valid") ? "" : "  (load went out late)")
          + (count("unanswered") == 0 ? "" : "  (%d unanswered)".formatted(count("unanswered")));
    }
  }
}
