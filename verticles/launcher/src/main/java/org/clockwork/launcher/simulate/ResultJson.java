package org.clockwork.launcher.simulate;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Value;

/**
 * Results as JSON: {@code {"experiment", "seed", "extent", "rows": [{…}]}}; where there are
 * several, a list of such objects.
 *
 * @param extent how much was run of each
 */
public record ResultJson(List<Result> results, Extent extent) {
  public ResultJson {
    results = List.copyOf(results);
  }

  public String text() {
    return results.size() == 1
        ? object(results.getFirst()).encodePrettily()
        : new JsonArray(results.stream().map(this::object).toList()).encodePrettily();
  }

  /**
   * What {@link #text} has written.
   *
   * @throws IllegalArgumentException it is something else; the message says what is wrong
   */
  public static ResultJson of(String text) {
    try {
      Object json = Json.decodeValue(text);
      JsonArray objects = json instanceof JsonArray several ? several : JsonArray.of(json);
      List<JsonObject> parts = objects.stream().map(ResultJson::asObject).toList();
      List<Double> extents =
          parts.stream().map(part -> part.getDouble("extent")).distinct().toList();
      if (extents.size() != 1 || extents.getFirst() == null) {
        throw new IllegalArgumentException("expected one \"extent\" of all, found " + extents);
      }
      return new ResultJson(
          parts.stream().map(ResultJson::result).toList(), new Extent(extents.getFirst()));
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException(
          "these are no results as simulate --json writes them: " + e.getMessage(), e);
    }
  }

  private static JsonObject asObject(Object json) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("expected an object, found " + json);
  }

  private static Result result(JsonObject json) {
    String name = json.getString("experiment");
    List<Row> rows =
        json.getJsonArray("rows").stream().map(ResultJson::asObject).map(ResultJson::row).toList();
    return new Result(Experiments.named(List.of(name)).getFirst(), json.getLong("seed"), rows);
  }

  private static Row row(JsonObject json) {
    SequencedMap<String, Value> values = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : json) {
      values.put(
          entry.getKey(),
          switch (entry.getValue()) {
            case null -> new Value.Absent();
            case Integer count -> Value.of((long) count);
            case Long count -> Value.of((long) count);
            case Double real -> Value.of((double) real);
            case String word -> Value.of(word);
            default ->
                throw new IllegalArgumentException(
                    "\"%s\": %s is no figure".formatted(entry.getKey(), entry.getValue()));
          });
    }
    return new Row(values);
  }

  private JsonObject object(Result result) {
    JsonArray rows = new JsonArray();
    result.rows().forEach(row -> rows.add(rowObject(row)));
    return new JsonObject()
        .put("experiment", result.experiment().name())
        .put("seed", result.seed())
        .put("extent", extent.share())
        .put("rows", rows);
  }

  private static JsonObject rowObject(Row row) {
    JsonObject object = new JsonObject();
    row.values()
        .forEach(
            (column, value) -> {
              switch (value) {
                case Value.Count(long count) -> object.put(column, count);
                case Value.Real(double real) -> object.put(column, real);
                case Value.Word(String word) -> object.put(column, word);
                case Value.Absent _ -> object.putNull(column);
              }
            });
    return object;
  }
}
