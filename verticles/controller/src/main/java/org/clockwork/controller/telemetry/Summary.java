package org.clockwork.controller.telemetry;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionType;

/**
 * What the controller says of itself every ten seconds, in the published wording: a line for each
 * executor that did something, and one for the clients. Lives on the controller's event loop.
 */
public final class Summary {
  private final Map<GpuId, GpuWork> gpus =
      new TreeMap<>(Comparator.comparing(GpuId::worker).thenComparingInt(GpuId::index));
  private Optional<WorkerTraffic> traffic = Optional.empty();
  private RequestTally clients = new RequestTally();
  private long sinceNanos;

  public Summary(long nowNanos) {
    this.sinceNanos = nowNanos;
  }

  public void accept(Telemetry event) {
    switch (event) {
      case Telemetry.RequestEnded ended -> clients.count(ended);
      case Telemetry.ActionSent _ -> {}
      case Telemetry.ActionEnded ended ->
          gpus.computeIfAbsent(ended.gpu(), _ -> new GpuWork()).count(ended);
    }
  }

  /** The network has a line of its own from now on. */
  public void watch(WorkerTraffic watched) {
    traffic = Optional.of(watched);
  }

  /** Tells what happened since the last time, and starts anew. */
  public void print(long nowNanos, Consumer<String> lines) {
    double seconds = Math.max(1, nowNanos - sinceNanos) / 1e9;
    gpus.forEach(
        (gpu, work) -> {
          work.load.print(gpu + " LoadW", seconds, false, lines);
          work.infer.print(gpu + " Infer", seconds, true, lines);
        });
    clients.print(seconds, lines);
    traffic
        .map(WorkerTraffic::take)
        .filter(passed -> passed.sentMessages() + passed.receivedMessages() > 0)
        .ifPresent(passed -> print(passed, seconds, lines));
    gpus.clear(); // GPUs come and go; one that rests has no line
    clients = new RequestTally();
    sinceNanos = nowNanos;
  }

  /** As published, down to the comma: messages, like bytes, are those of one second. */
  private static void print(WorkerTraffic.Passed passed, double seconds, Consumer<String> lines) {
    lines.accept(
        String.format(
            Locale.ROOT,
            "Network->Workers: %.1fMB/s (%.0f msgs) snd, %.1fMB/s (%.0f msgs) rcv,",
            passed.sentBytes() / 1e6 / seconds,
            passed.sentMessages() / seconds,
            passed.receivedBytes() / 1e6 / seconds,
            passed.receivedMessages() / seconds));
  }

  private static final class GpuWork {
    final ActionTally load = new ActionTally();
    final ActionTally infer = new ActionTally();

    void count(Telemetry.ActionEnded ended) {
      if (ended.type() == ActionType.LOAD) {
        load.count(ended);
      } else if (ended.type() == ActionType.INFER) {
        infer.count(ended);
      }
    }
  }
}
