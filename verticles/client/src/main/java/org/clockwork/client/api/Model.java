package org.clockwork.client.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;

/**
 * A model, as far as the cluster knows it.
 *
 * @param reason why it is not ready; empty where nothing is to be said
 * @param inputs of one row, without the batch dimension; empty until it is ready
 * @param outputs of one row, likewise
 * @param largestBatch rows that one request may have at most; 0 until it is ready
 * @param lengths to the next of which requests are padded, the largest of them in {@code inputs};
 *     empty where all requests have one shape
 */
public record Model(
    String name,
    State state,
    String reason,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    int largestBatch,
    List<Integer> lengths) {

  /** In place of a dimension that each request chooses. */
  private static final int ANY = -1;

  /** Where it stands. */
  public enum State {
    READY,
    REGISTERING,
    UNAVAILABLE,
    GONE
  }

  static Model of(JsonObject json) {
    List<Integer> lengths =
        json.getJsonArray("lengths", new JsonArray()).stream().map(Integer.class::cast).toList();
    return new Model(
        json.getString("name"),
        State.valueOf(json.getString("state").toUpperCase(Locale.ROOT)),
        json.getString("reason", ""),
        specs(json.getJsonArray("inputs", new JsonArray()), longest(lengths)),
        specs(json.getJsonArray("outputs", new JsonArray()), longest(lengths)),
        json.getInteger("largest_batch", 0),
        lengths);
  }

  private static int longest(List<Integer> lengths) {
    return lengths.isEmpty() ? 0 : lengths.getLast();
  }

  private static List<TensorSpec> specs(JsonArray array, int longest) {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      specs.add(spec(array.getJsonObject(i), longest));
    }
    return List.copyOf(specs);
  }

  private static TensorSpec spec(JsonObject json, int longest) {
    List<Integer> shape = new ArrayList<>();
    json.getJsonArray("shape").forEach(dimension -> shape.add(((Number) dimension).intValue()));
    Optional<TensorSpec.Free> free = Optional.empty();
    int varies = shape.indexOf(ANY);
    if (varies >= 0) {
      shape.set(varies, longest);
      free = Optional.of(new TensorSpec.Free(varies, 0));
    }
    return new TensorSpec(
        json.getString("name"), DataType.valueOf(json.getString("datatype")), shape, free);
  }
}
