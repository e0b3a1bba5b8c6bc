package org.clockwork.controller.board;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionSent;
import org.clockwork.core.telemetry.Telemetry.ActionType;

/**
 * What the watched GPUs ran since the last frame, action by action: what was predicted of each, its
 * window, and what happened. Of a GPU that is too busy to be drawn that way, only the first ones.
 */
final class Runs {
  /** Of one GPU in one frame: 500 a second, more than a screen has room to tell apart. */
  private static final int PER_DEVICE_MAX = 100;

  /** Of actions under way: far more than 32 GPUs are sent ahead. */
  private static final int SENT_MAX = 4_096;

  private static final long NANOS_PER_MICRO = 1_000;

  private final Map<ActionId, Sent> under = new HashMap<>();
  private final Map<GpuId, List<Run>> runs = new LinkedHashMap<>();
  private Set<GpuId> watched = Set.of();
  private int leftOut;

  /** What an outcome doesn't say again. */
  private record Sent(GpuId gpu, long latestNanos, int requests, String firstRequest) {
    static Sent of(ActionSent sent) {
      long latestNanos = sent.action().window().latestNanos();
      return sent.action() instanceof Action.Infer infer
          ? new Sent(
              sent.gpu(),
              latestNanos,
              infer.parts().size(),
              infer.parts().getFirst().request().toString())
          : new Sent(sent.gpu(), latestNanos, 0, "");
    }
  }

  private record Run(Sent sent, ActionEnded ended) {}

  void watch(Set<GpuId> gpus) {
    watched = Set.copyOf(gpus);
    under.values().removeIf(sent -> !watched.contains(sent.gpu()));
    runs.keySet().retainAll(watched);
  }

  void sent(ActionSent sent) {
    if (watched.contains(sent.gpu()) && under.size() < SENT_MAX) {
      under.put(sent.action().id(), Sent.of(sent));
    }
  }

  void ended(ActionEnded ended) {
    Sent sent = under.remove(ended.outcome().action());
    if (sent == null) {
      return;
    }
    List<Run> ofGpu = runs.computeIfAbsent(ended.gpu(), _ -> new ArrayList<>());
    if (ofGpu.size() < PER_DEVICE_MAX) {
      ofGpu.add(new Run(sent, ended));
    } else {
      leftOut++;
    }
  }

  /** Actions that found no room, since the last call. */
  int leftOut() {
    int left = leftOut;
    leftOut = 0;
    return left;
  }

  /**
   * A row for each: the GPU's number, the action's type, model, batch size, requests, and from
   * there on microseconds after {@code originNanos}: sent, predicted begin and end, latest begin;
   * begin and end of INPUT, EXEC (or LOAD) and OUTPUT; then how it ended (0, or the code of a
   * refusal), requests that were met, and the id of its first request.
   */
  JsonArray take(Devices devices, long originNanos) {
    JsonArray rows = new JsonArray();
    runs.forEach(
        (gpu, ofGpu) ->
            devices
                .number(gpu)
                .ifPresent(no -> ofGpu.forEach(run -> rows.add(row(no, run, originNanos)))));
    runs.clear();
    return rows;
  }

  private static JsonArray row(int device, Run run, long originNanos) {
    ActionEnded ended = run.ended();
    JsonArray row =
        new JsonArray()
            .add(device)
            .add(ended.type().number())
            .add(ended.model().value())
            .add(ended.batch())
            .add(run.sent().requests());
    at(row, ended.prediction().sentNanos(), originNanos);
    at(row, ended.prediction().beginNanos(), originNanos);
    at(row, ended.prediction().endNanos(), originNanos);
    // An UNLOAD has no window; it is done when it comes.
    at(
        row,
        ended.type() == ActionType.UNLOAD
            ? ended.prediction().sentNanos()
            : run.sent().latestNanos(),
        originNanos);
    switch (ended.outcome()) {
      case Outcome.Inferred inferred -> {
        span(row, inferred.input(), originNanos);
        span(row, inferred.exec(), originNanos);
        span(row, inferred.output(), originNanos);
      }
      case Outcome.Loaded loaded -> {
        row.add(0).add(0);
        span(row, loaded.load(), originNanos);
        row.add(0).add(0);
      }
      default -> row.add(0).add(0).add(0).add(0).add(0).add(0);
    }
    if (ended.outcome() instanceof Outcome.Refused refused) {
      row.add(refused.code().name().toLowerCase(Locale.ROOT));
    } else {
      row.add(0);
    }
    return row.add(ended.goodput()).add(run.sent().firstRequest());
  }

  private static void span(JsonArray row, Span span, long originNanos) {
    at(row, span.begunNanos(), originNanos);
    at(row, span.endedNanos(), originNanos);
  }

  private static void at(JsonArray row, long nanos, long originNanos) {
    row.add(Math.floorDiv(nanos - originNanos, NANOS_PER_MICRO));
  }
}
