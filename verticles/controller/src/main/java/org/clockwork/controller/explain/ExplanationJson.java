package org.clockwork.controller.explain;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Request;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/**
 * An {@link Explanation} as docs/wire.md describes it. Times are milliseconds since the request
 * arrived; while it is under way, since it was first sent.
 */
final class ExplanationJson {
  private final Explanation explanation;
  private final Function<ModelId, String> names;
  private final long originNanos;

  private ExplanationJson(Explanation explanation, Function<ModelId, String> names) {
    this.explanation = explanation;
    this.names = names;
    this.originNanos =
        explanation
            .ended()
            .map(ended -> ended.request().arrivedNanos())
            .orElseGet(() -> firstSentNanos(explanation.attempts()));
  }

  private static long firstSentNanos(List<Attempt> attempts) {
    return attempts.isEmpty() ? 0 : attempts.getFirst().sending().prediction().sentNanos();
  }

  static JsonObject write(Explanation explanation, Function<ModelId, String> names) {
    return new ExplanationJson(explanation, names).write();
  }

  private JsonObject write() {
    JsonObject json = new JsonObject().put("request_id", explanation.request().toString());
    explanation
        .ended()
        .ifPresentOrElse(ended -> write(ended, json), () -> json.put("result", "under_way"));
    explanation.cause().ifPresent(cause -> json.put("cause", cause.word()).put("why", cause.why()));
    JsonArray loads = new JsonArray();
    explanation.loads().forEach(load -> loads.add(load(load)));
    JsonArray attempts = new JsonArray();
    explanation.attempts().forEach(attempt -> attempts.add(attempt(attempt)));
    return json.put("loads", loads).put("attempts", attempts);
  }

  private void write(RequestEnded ended, JsonObject json) {
    Request request = ended.request();
    json.put("result", word(ended))
        .put("model", names.apply(request.model()))
        .put("rows", request.rows())
        .put("tenant", request.tenant())
        .put("priority", request.priority())
        .put("slo_ms", millis(request.sloNanos()))
        .put("latency_ms", millis(ended.latencyNanos()))
        .put("cold_start", ended.coldStart());
    request.retryOf().ifPresent(before -> json.put("retry_of", before.toString()));
    if (ended.result() instanceof Result.Refused refused) {
      json.put("retry_after_ms", millis(refused.retryAfterNanos()));
    }
  }

  private static String word(RequestEnded ended) {
    return switch (ended.result()) {
      case Result.Succeeded _ -> ended.met() ? "met" : "late";
      case Result.Refused _ -> "refused";
      case Result.TimedOut _ -> "timed_out";
      case Result.Cancelled _ -> "cancelled";
      case Result.Failed _ -> "failed";
    };
  }

  private JsonObject load(ActionEnded load) {
    JsonObject json =
        new JsonObject()
            .put("action", load.outcome().action().toString())
            .put("worker", load.gpu().worker().toString())
            .put("gpu", load.gpu().index())
            .put("sent_ms", at(load.prediction().sentNanos()))
            .put("predicted_ms", millis(load.prediction().durationNanos()));
    return switch (load.outcome()) {
      case Outcome.Loaded loaded -> json.put("load_ms", span(loaded.load()));
      default -> json.put("refused", refusal(load.outcome()));
    };
  }

  private JsonObject attempt(Attempt attempt) {
    Sending sending = attempt.sending();
    JsonObject json =
        new JsonObject()
            .put("action", sending.action().toString())
            .put("worker", sending.gpu().worker().toString())
            .put("gpu", sending.gpu().index())
            .put("batch_size", sending.batch())
            .put("requests", sending.requests())
            .put("sent_ms", at(sending.prediction().sentNanos()))
            .put("predicted_begin_ms", at(sending.prediction().beginNanos()))
            .put("predicted_end_ms", at(sending.prediction().endNanos()))
            .put("latest_begin_ms", at(sending.latestNanos()));
    JsonArray inFront = new JsonArray();
    for (Attempt.InFront other : attempt.inFront()) {
      inFront.add(
          new JsonObject()
              .put("model", names.apply(other.model()))
              .put("batches", other.batches())
              .put("exec_ms", millis(other.execNanos())));
    }
    json.put("in_front", inFront);
    attempt.outcome().ifPresent(outcome -> put(json, outcome));
    return json;
  }

  private void put(JsonObject json, Outcome outcome) {
    json.put("received_ms", at(outcome.stamps().receivedNanos()));
    if (outcome instanceof Outcome.Inferred inferred) {
      json.put("input_ms", span(inferred.input()))
          .put("exec_ms", span(inferred.exec()))
          .put("output_ms", span(inferred.output()));
    } else {
      json.put("refused", refusal(outcome));
    }
    json.put("answered_ms", at(outcome.stamps().sentNanos()));
  }

  private static String refusal(Outcome outcome) {
    return outcome instanceof Outcome.Refused refused
        ? "%s: %s".formatted(refused.code().name().toLowerCase(Locale.ROOT), refused.reason())
        : outcome.getClass().getSimpleName();
  }

  private JsonArray span(Span span) {
    return new JsonArray().add(at(span.begunNanos())).add(at(span.endedNanos()));
  }

  private double at(long nanos) {
    return millis(nanos - originNanos);
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }
}
