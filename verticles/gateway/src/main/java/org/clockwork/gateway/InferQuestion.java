package org.clockwork.gateway;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.gateway.json.Attachment;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.json.TensorJson;
import org.clockwork.gateway.json.TensorJson.Encoding;

/**
 * An inference asked for in JSON, as docs/wire.md describes it.
 *
 * @param clientId the client's own name for it, echoed in the answer
 * @param encoding in which the client wants the outputs
 */
public record InferQuestion(Optional<String> clientId, Submission submission, Encoding encoding) {
  private static final int CLIENT_ID_CHARS_MAX = 256;

  /** As it comes on the event bus itself, which carries nothing beside the JSON. */
  static InferQuestion read(Object body) throws MalformedException {
    return read(body, Attachment.NONE);
  }

  /**
   * The same with bytes beside it.
   *
   * @param attachment has to be used up by the inputs that speak of it
   */
  public static InferQuestion read(Object body, Attachment attachment) throws MalformedException {
    Fields fields = Fields.of(body);
    fields.allow(
        "id",
        "model",
        "inputs",
        "slo_ms",
        "slo_us",
        "slo_factor",
        "tenant",
        "priority",
        "retry_of",
        "encoding");
    Optional<String> clientId = fields.optionalText("id");
    if (clientId.isPresent() && clientId.get().length() > CLIENT_ID_CHARS_MAX) {
      throw fields.wrong(
          "id", clientId.get(), "at most %d characters".formatted(CLIENT_ID_CHARS_MAX));
    }
    Submission submission =
        new Submission(
            fields.text("model"),
            new Payload.Named(inputs(fields, attachment)),
            objective(fields),
            fields.optionalText("tenant").orElse(Request.DEFAULT_TENANT),
            fields.integer("priority", 0, 0, Integer.MAX_VALUE),
            retryOf(fields));
    return new InferQuestion(clientId, submission, encoding(fields, attachment));
  }

  private static List<NamedTensor> inputs(Fields fields, Attachment attachment)
      throws MalformedException {
    JsonArray array = fields.array("inputs");
    List<NamedTensor> inputs = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      inputs.add(TensorJson.read(fields.inside("inputs", array, i), attachment));
    }
    attachment.expectUsedUp();
    return inputs;
  }

  private static Optional<RequestId> retryOf(Fields fields) throws MalformedException {
    Optional<String> text = fields.optionalText("retry_of");
    Optional<RequestId> id = text.flatMap(RequestId::parse);
    if (text.isPresent() && id.isEmpty()) {
      throw fields.wrong(
          "retry_of", text.get(), "the request_id of an answer with code 'refused', as 'G0-17'");
    }
    return id;
  }

  /** Every objective that is given holds, so the tightest does. */
  private static Objective objective(Fields fields) throws MalformedException {
    Objective objective = new Objective(Optional.empty(), fields.optionalNumber("slo_factor"));
    Optional<Double> micros = fields.optionalNumber("slo_us");
    if (micros.isPresent()) {
      objective = objective.within(Math.round(micros.get() * 1e3));
    }
    Optional<Double> millis = fields.optionalNumber("slo_ms");
    if (millis.isPresent()) {
      objective = objective.within(Math.round(millis.get() * 1e6));
    }
    return objective;
  }

  private static Encoding encoding(Fields fields, Attachment attachment) throws MalformedException {
    String word = fields.optionalText("encoding").orElse("data");
    if (word.equals("binary") && attachment.possible()) {
      return Encoding.BINARY;
    }
    return switch (word) {
      case "data" -> Encoding.DATA;
      case "base64" -> Encoding.BASE64;
      default ->
          throw fields.wrong(
              "encoding",
              word,
              attachment.possible() ? "'data', 'base64' or 'binary'" : "'data' or 'base64'");
    };
  }
}
