package org.clockwork.launcher.replay;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.clockwork.core.request.RefusalCause;

/**
 * What became of a load, as the controller saw it: latency runs from a request's arrival at its
 * gateway until the controller knew of its result.
 *
 * @param met succeeded inside the objective
 * @param timedOut their deadline passed
 * @param cancelled their client lost interest before
 * @param unanswered undecided when the recording ended
 */
public record Figures(
    long offered,
    long succeeded,
    long met,
    Map<RefusalCause, Long> refused,
    long timedOut,
    long cancelled,
    Map<String, Long> failed,
    long unanswered,
    double p50Millis,
    double p99Millis,
    double maxMillis) {
  public Figures {
    refused = Collections.unmodifiableMap(new TreeMap<>(refused));
    failed = Collections.unmodifiableMap(new TreeMap<>(failed));
    long accounted = succeeded + sum(refused) + timedOut + cancelled + sum(failed) + unanswered;
    if (offered != accounted || met > succeeded) {
      throw new IllegalStateException(
          "the account is off: offered=%d but %d are accounted for, succeeded=%d met=%d"
              .formatted(offered, accounted, succeeded, met));
    }
  }

  static double millis(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }

  public long refusals() {
    return sum(refused);
  }

  public double metFraction() {
    return offered == 0 ? 1 : (double) met / offered;
  }

  /** The keys that they have in every {@code --json}. */
  JsonObject json(double loadSeconds) {
    JsonObject causes = new JsonObject();
    for (RefusalCause cause : RefusalCause.values()) {
      causes.put(cause.word(), refused.getOrDefault(cause, 0L));
    }
    JsonObject failures = new JsonObject();
    failed.forEach(failures::put);
    return new JsonObject()
        .put("offered", offered)
        .put("succeeded", succeeded)
        .put("met", met)
        .put("met_fraction", metFraction())
        .put("refused", causes)
        .put("timed_out", timedOut)
        .put("cancelled", cancelled)
        .put("failed", failures)
        .put("unanswered", unanswered)
        .put("goodput_per_s", loadSeconds == 0 ? null : met / loadSeconds)
        .put("p50_ms", succeeded == 0 ? null : p50Millis)
        .put("p99_ms", succeeded == 0 ? null : p99Millis)
        .put("max_ms", succeeded == 0 ? null : maxMillis);
  }

  /** What did not succeed, by cause; the same words as everywhere. */
  String losses() {
    Map<String, Long> losses = new TreeMap<>();
    refused.forEach((cause, count) -> losses.put(cause.word(), count));
    put(losses, "timed_out", timedOut);
    put(losses, "cancelled", cancelled);
    put(losses, "unanswered", unanswered);
    failed.forEach((cause, count) -> losses.put("failed:" + cause, count));
    return losses.isEmpty()
        ? "-"
        : losses.entrySet().stream()
            .map(loss -> String.format(Locale.ROOT, "%s=%,d", loss.getKey(), loss.getValue()))
            .collect(Collectors.joining(" "));
  }

  private static void put(Map<String, Long> losses, String cause, long count) {
    if (count > 0) {
      losses.put(cause, count);
    }
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
