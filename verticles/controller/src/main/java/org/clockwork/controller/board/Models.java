package org.clockwork.controller.board;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.controller.ModelNames;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;

/** Every model that is served, and what became of its requests since that was last told. */
final class Models {
  private final ModelNames names;
  private final Map<ModelId, String> told = new HashMap<>();
  private final Map<ModelId, Work> work = new LinkedHashMap<>();

  private static final class Work {
    private int ended;
    private int met;
    private int cold;
    private int batches;
    private int queued;
  }

  Models(ModelNames names) {
    this.names = names;
  }

  void count(RequestEnded ended, Ending ending) {
    Work model = work(ended.request().model());
    model.ended++;
    model.met += ending == Ending.MET ? 1 : 0;
    model.cold += ended.coldStart() ? 1 : 0;
  }

  void count(ActionEnded ended) {
    Work model = work(ended.model());
    model.queued = ended.requestsQueued();
    model.batches += ended.outcome() instanceof Outcome.Inferred ? 1 : 0;
  }

  private Work work(ModelId model) {
    return work.computeIfAbsent(model, _ -> new Work());
  }

  /** Puts into the frame which models are served now and were not, and the other way round. */
  void comeAndGo(JsonObject frame) {
    Map<ModelId, String> served = new HashMap<>();
    names.eachServed((name, id) -> served.put(id, name));
    List<ModelId> withdrawn = new ArrayList<>(told.keySet());
    withdrawn.removeIf(served::containsKey);
    served.keySet().removeAll(told.keySet());
    told.keySet().removeAll(withdrawn);
    told.putAll(served);
    if (!withdrawn.isEmpty()) {
      JsonArray gone = new JsonArray();
      withdrawn.forEach(model -> gone.add(model.value()));
      frame.put("withdrawn", gone);
    }
    if (!served.isEmpty()) {
      frame.put("served", described(served));
    }
  }

  /** All that are served: id, name and bytes of weights of each. */
  JsonArray described() {
    return described(told);
  }

  private JsonArray described(Map<ModelId, String> models) {
    JsonArray all = new JsonArray();
    models.forEach(
        (id, name) ->
            all.add(new JsonArray().add(id.value()).add(name).add(names.weightsBytes(id))));
    return all;
  }

  /**
   * A row for each that something happened to: its id; requests that ended, those that were met,
   * and those that came while no GPU held it; batches; requests queued now. Counts begin anew.
   */
  JsonArray rows() {
    JsonArray rows = new JsonArray();
    work.forEach(
        (id, model) ->
            rows.add(
                new JsonArray()
                    .add(id.value())
                    .add(model.ended)
                    .add(model.met)
                    .add(model.cold)
                    .add(model.batches)
                    .add(model.queued)));
    work.clear();
    return rows;
  }
}
