package org.clockwork.client.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param requestId how the cluster calls the request; {@code clockwork explain} tells its story
 * @param outputs every output of the model by its name, in the model's order
 */
public record Inference(String requestId, Map<String, Tensor> outputs, Timings timings) {

  /**
   * What it took.
   *
   * @param latency from arrival at the gateway to the answer
   * @param queue from arrival to the controller's decision
   * @param load how much of that its model was being loaded for it; zero where it was loaded
   *     already
   * @param input host to device
   * @param output device to host
   * @param batchSize the compiled batch size that it ran in
   * @param coldStart no device held the model when it arrived
   * @param promised when the answer was expected, from arrival
   */
  public record Timings(
      Duration latency,
      Duration queue,
      Duration load,
      Duration input,
      Duration exec,
      Duration output,
      int batchSize,
      boolean coldStart,
      String worker,
      int gpu,
      Duration promised) {
    private static Timings of(JsonObject json) {
      return new Timings(
          micros(json, "latency_us"),
          micros(json, "queue_us"),
          micros(json, "load_us"),
          micros(json, "input_us"),
          micros(json, "exec_us"),
          micros(json, "output_us"),
          json.getInteger("batch_size"),
          json.getBoolean("cold_start"),
          json.getString("worker"),
          json.getInteger("gpu"),
          micros(json, "promised_by_us"));
    }
  }

  static Inference of(JsonObject json) {
    JsonArray tensors = json.getJsonArray("outputs");
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      JsonObject tensor = tensors.getJsonObject(i);
      outputs.put(tensor.getString("name"), Tensor.of(tensor));
    }
    return new Inference(
        json.getString("request_id"), outputs, Timings.of(json.getJsonObject("timings")));
  }

  static Duration micros(JsonObject json, String key) {
    return Duration.of(json.getLong(key), ChronoUnit.MICROS);
  }

  /** That output of the model. */
  public Tensor output(String name) {
    Tensor output = outputs.get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          "the model has no output '%s'; it has %s".formatted(name, outputs.keySet()));
    }
    return output;
  }
}
