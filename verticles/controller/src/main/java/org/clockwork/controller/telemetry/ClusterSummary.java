package org.clockwork.controller.telemetry;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.clockwork.core.worker.Announcement;

/**
 * How the cluster did since it was last asked, as one small JSON object (docs/wire.md). Belongs to
 * the thread that reads the telemetry; of workers and models it is told by another.
 */
public final class ClusterSummary implements Consumer<Telemetry> {
  private static final long LONGEST_NANOS = 3_600_000_000_000L;

  private final Map<WorkerId, Integer> gpus = new ConcurrentHashMap<>();
  private final Set<String> models = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> refused = new TreeMap<>();

  /** Of requests that succeeded; microseconds, to three digits. */
  private final Histogram latencies = new Histogram(1_000, LONGEST_NANOS, 3);

  private long sinceNanos;
  private long execNanos;
  private int loads;
  private int met;
  private int late;
  private int timedOut;
  private int cancelled;
  private int failed;
  private int coldStarts;

  public ClusterSummary(long nowNanos) {
    this.sinceNanos = nowNanos;
  }

  /** From any thread. */
  public void joined(Announcement announcement) {
    gpus.put(announcement.worker(), announcement.gpus().size());
  }

  /** From any thread. */
  public void left(WorkerId worker) {
    gpus.remove(worker);
  }

  /** From any thread. */
  public void changed(ModelStatus status) {
    if (status instanceof ModelStatus.Ready) {
      models.add(status.name());
    } else {
      models.remove(status.name());
    }
  }

  @Override
  public void accept(Telemetry event) {
    switch (event) {
      case RequestEnded ended -> count(ended);
      case Telemetry.ActionSent _ -> {}
      case Telemetry.ActionEnded ended -> count(ended.outcome());
    }
  }

  private void count(Outcome outcome) {
    switch (outcome) {
      case Outcome.Inferred run -> execNanos += run.exec().nanos();
      case Outcome.Loaded _ -> loads++;
      default -> {}
    }
  }

  private void count(RequestEnded ended) {
    if (ended.coldStart()) {
      coldStarts++;
    }
    switch (ended.result()) {
      case Result.Succeeded _ -> {
        latencies.recordValue(Math.clamp(ended.latencyNanos(), 0, LONGEST_NANOS));
        if (ended.met()) {
          met++;
        } else {
          late++;
        }
      }
      case Result.Refused refusal -> refused.merge(refusal.cause().word(), 1, Integer::sum);
      case Result.TimedOut _ -> timedOut++;
      case Result.Cancelled _ -> cancelled++;
      case Result.Failed _ -> failed++;
    }
  }

  /** What happened since the last time; then it starts anew. */
  public JsonObject take(long nowNanos) {
    double seconds = Math.max(1, nowNanos - sinceNanos) / 1e9;
    int allGpus = gpus.values().stream().mapToInt(Integer::intValue).sum();
    JsonObject causes = new JsonObject();
    refused.forEach(causes::put);
    JsonObject summary =
        new JsonObject()
            .put("interval_s", rounded(seconds))
            .put("workers", gpus.size())
            .put("gpus", allGpus)
            .put("models", models.size())
            .put("met", met)
            .put("late", late)
            .put("refused", causes)
            .put("timed_out", timedOut)
            .put("cancelled", cancelled)
            .put("failed", failed)
            .put("cold_starts", coldStarts)
            .put("loads", loads)
            .put("goodput_per_s", rounded(met / seconds))
            .put("utilization", rounded(execNanos / 1e9 / seconds / Math.max(1, allGpus)))
            .put("latency_ms", latency());
    startAnew(nowNanos);
    return summary;
  }

  private JsonObject latency() {
    if (latencies.getTotalCount() == 0) {
      return new JsonObject().put("mean", 0.0).put("p50", 0.0).put("p99", 0.0).put("max", 0.0);
    }
    return new JsonObject()
        .put("mean", rounded(latencies.getMean() / 1e6))
        .put("p50", millis(latencies.getValueAtPercentile(50)))
        .put("p99", millis(latencies.getValueAtPercentile(99)))
        .put("max", millis(latencies.getMaxValue()));
  }

  private void startAnew(long nowNanos) {
    sinceNanos = nowNanos;
    latencies.reset();
    refused.clear();
    execNanos = 0;
    loads = 0;
    met = 0;
    late = 0;
    timedOut = 0;
    cancelled = 0;
    failed = 0;
    coldStarts = 0;
  }

  private static double millis(long nanos) {
    return rounded(nanos / 1e6);
  }

  /** Nobody reads more digits, and they would be most of the message. */
  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
