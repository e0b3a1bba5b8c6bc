package org.clockwork.client.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;

/**
 * A model, as far as the cluster knows it.
 *
 * @param reason why it is not ready; empty where nothing is to be said
 * @param inputs of one row, without the batch dimension; empty until it is ready
 * @param outputs of one row, likewise
 * @param largestBatch rows that one request may have at most; 0 until it is ready
 */
public record Model(
    String name,
    State state,
    String reason,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    int largestBatch) {

  /** Where it stands. */
  public enum State {
    READY,
    REGISTERING,
    UNAVAILABLE,
    GONE
  }

  static Model of(JsonObject json) {
    return new Model(
        json.getString("name"),
        State.valueOf(json.getString("state").toUpperCase(Locale.ROOT)),
        json.getString("reason", ""),
        specs(json.getJsonArray("inputs", new JsonArray())),
        specs(json.getJsonArray("outputs", new JsonArray())),
        json.getInteger("largest_batch", 0));
  }

  private static List<TensorSpec> specs(JsonArray array) {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      JsonObject json = array.getJsonObject(i);
      List<Integer> shape = new ArrayList<>();
      json.getJsonArray("shape").forEach(dimension -> shape.add(((Number) dimension).intValue()));
      specs.add(
          new TensorSpec(
              json.getString("name"), DataType.valueOf(json.getString("datatype")), shape));
    }
    return List.copyOf(specs);
  }
}
