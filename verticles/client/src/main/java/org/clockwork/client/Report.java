package org.clockwork.client;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.workload.Tally.Totals;

/**
 * What a run came to, for people and for machines. Rates and the share that was met are of what was
 * offered; latency is over what succeeded.
 *
 * @param durationNanos of the part that counts
 */
public record Report(
    String workload,
    long seed,
    long durationNanos,
    Totals totals,
    Latencies latency,
    Latencies refusal,
    Latencies generatorLateness) {

  /** The documented shape of {@code --json}; its keys are kept stable and in this order. */
  public JsonObject json() {
    JsonObject refused = new JsonObject();
    for (RefusalCause cause : RefusalCause.values()) {
      refused.put(cause.word(), totals.refused().getOrDefault(cause, 0L));
    }
    JsonObject failed = new JsonObject();
    totals.failed().forEach(failed::put);
    return new JsonObject()
        .put("workload", workload)
        .put("seed", seed)
        .put("duration_s", rounded(durationNanos / 1e9))
        .put("offered", totals.offered())
        .put("succeeded", totals.succeeded())
        .put("met", totals.met())
        .put("refused", refused)
        .put("timed_out", totals.timedOut())
        .put("failed", failed)
        .put("unanswered", totals.unanswered())
        .put("cold_starts", totals.coldStarts())
        .put("valid", totals.valid())
        .put("offered_per_s", rounded(perSecond(totals.offered())))
        .put("goodput_per_s", rounded(perSecond(totals.met())))
        .put("latency_ms", latency.json())
        .put("refusal_ms", refusal.json())
        .put("generator_lateness_ms", generatorLateness.json());
  }

  /** The total summary, several lines. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Total   workload=%s seed=%d duration=%.1fs offered=%d (%.2f/s)",
            workload,
            seed,
            durationNanos / 1e9,
            totals.offered(),
            perSecond(totals.offered())));
    lines.add(
        String.format(
            Locale.ROOT,
            "Answers succeeded=%d met=%d (%.2f%%) goodput=%.2f/s refused=%d%s timed_out=%d"
                + " failed=%d%s unanswered=%d cold_starts=%d",
            totals.succeeded(),
            totals.met(),
            totals.offered() == 0 ? 100 : 100.0 * totals.met() / totals.offered(),
            perSecond(totals.met()),
            totals.refusals(),
            causes(totals.refused()),
            totals.timedOut(),
            totals.failures(),
            causes(totals.failed()),
            totals.unanswered(),
            totals.coldStarts()));
    lines.add("Latency " + latency.text());
    if (refusal.count() > 0) {
      lines.add("Refusal " + refusal.text());
    }
    if (!totals.valid()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "Not valid: the load went out late (p99=%.2fms, the bound is 1ms); leave the client"
                  + " a core or offer less",
              generatorLateness.p99Millis()));
    }
    return String.join("\n", lines);
  }

  /** To three decimals: microseconds of a millisecond figure, and no more digits than are known. */
  static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  private double perSecond(long count) {
    return durationNanos == 0 ? 0 : count / (durationNanos / 1e9);
  }

  private static String causes(Map<?, Long> counts) {
    return counts.isEmpty()
        ? ""
        : counts.entrySet().stream()
            .map(entry -> word(entry.getKey()) + "=" + entry.getValue())
            .collect(Collectors.joining(" ", " (", ")"));
  }

  private static String word(Object cause) {
    return cause instanceof RefusalCause refusal ? refusal.word() : cause.toString();
  }
}
