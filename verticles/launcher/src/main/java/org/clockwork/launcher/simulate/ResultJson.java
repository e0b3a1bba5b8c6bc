package org.clockwork.launcher.simulate;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Value;

/**
 * Results as JSON: {@code {"experiment", "seed", "rows": [{…}]}}; where there are several, a list
 * of such objects.
 */
public final class ResultJson {
  private ResultJson() {}

  public static String of(List<Result> results) {
    return results.size() == 1
        ? object(results.getFirst()).encodePrettily()
        : new JsonArray(results.stream().map(ResultJson::object).toList()).encodePrettily();
  }

  private static JsonObject object(Result result) {
    JsonArray rows = new JsonArray();
    result.rows().forEach(row -> rows.add(object(row)));
    return new JsonObject()
        .put("experiment", result.experiment().name())
        .put("seed", result.seed())
        .put("rows", rows);
  }

  private static JsonObject object(Row row) {
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
