package org.clockwork.gateway;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.json.TensorJson;
import org.clockwork.gateway.json.TensorJson.Encoding;

/**
 * Answers in JSON, as docs/wire.md describes them. Whatever is no success has "error" and "code".
 */
public final class AnswerJson {
  private static final long NANOS_PER_MICRO = 1_000;

  private AnswerJson() {}

  /**
   * @param model the name that was asked for
   * @param outputs of that model when it was asked, in order
   */
  public static JsonObject write(
      Answer answer, String model, List<TensorSpec> outputs, Encoding encoding) {
    JsonObject json = new JsonObject().put("request_id", answer.request().toString());
    return switch (answer) {
      case Answer.Succeeded success ->
          json.put("model", model)
              .put("outputs", TensorJson.write(outputs, success.tensors(), encoding))
              .put("timings", timings(success));
      case Answer.Refused refusal ->
          json.mergeIn(error("refused", refusal.reason()))
              .put("cause", refusal.cause().word())
              .put("retry_after_us", micros(refusal.retryAfterNanos()))
              .put("latency_us", micros(refusal.latencyNanos()));
      case Answer.TimedOut timeout ->
          json.mergeIn(
                  error(
                      "timed_out",
                      "no answer from model '%s' within the objective".formatted(model)))
              .put("latency_us", micros(timeout.latencyNanos()));
      case Answer.Failed failure ->
          json.mergeIn(error(word(failure.code()), failure.reason()))
              .put("latency_us", micros(failure.latencyNanos()));
    };
  }

  public static JsonObject echo(Optional<String> clientId, JsonObject answer) {
    clientId.ifPresent(id -> answer.put("id", id));
    return answer;
  }

  /** A message that could not be read; nothing was asked of anybody. */
  public static JsonObject malformed(MalformedException wrong) {
    return error("invalid_request", wrong.getMessage());
  }

  static JsonObject error(String code, String reason) {
    return new JsonObject().put("error", reason).put("code", code);
  }

  private static String word(ErrorCode code) {
    return code.name().toLowerCase(Locale.ROOT);
  }

  private static JsonObject timings(Answer.Succeeded success) {
    return new JsonObject()
        .put("queue_us", micros(success.queuedNanos()))
        .put("load_us", micros(success.loadNanos()))
        .put("input_us", micros(success.inputNanos()))
        .put("exec_us", micros(success.execNanos()))
        .put("output_us", micros(success.outputNanos()))
        .put("batch_size", success.batch())
        .put("cold_start", success.coldStart())
        .put("worker", success.gpu().worker().toString())
        .put("gpu", success.gpu().index())
        .put("promised_by_us", micros(success.promisedNanos()))
        .put("latency_us", micros(success.latencyNanos()));
  }

  private static long micros(long nanos) {
    return nanos / NANOS_PER_MICRO;
  }
}
