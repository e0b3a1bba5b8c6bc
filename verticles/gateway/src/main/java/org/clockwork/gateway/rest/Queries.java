package org.clockwork.gateway.rest;

import com.google.protobuf.Message;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.List;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.Readiness;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Catalogue;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.LoadWish;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.oip.Settings;

/** Everything over HTTP that is no inference: what there is, how it is, and what is to be there. */
final class Queries {
  /** Larger than anything that these endpoints take. */
  private static final int BODY_BYTES_MAX = 1 << 20;

  private final Gate gate;
  private final Replies replies;
  private final ReadingBudget budget;
  private final ControllerQueries controller;
  private final SharedMemoryQueries memory;

  Queries(
      Gate gate,
      Replies replies,
      ReadingBudget budget,
      ControllerQueries controller,
      SharedMemoryQueries memory) {
    this.gate = gate;
    this.controller = controller;
    this.memory = memory;
    this.replies = replies;
    this.budget = budget;
  }

  void on(HttpServerRequest request, Caller caller, Endpoint endpoint) {
    Body.read(request, BODY_BYTES_MAX, budget)
        .compose(Queries::fields)
        .compose(fields -> answer(request, caller, endpoint, fields))
        .onFailure(cause -> replies.complain(request, ComplaintException.of(cause)));
  }

  private static Future<Fields> fields(ByteBuffer body) {
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    try {
      return Future.succeededFuture(
          Fields.of(bytes.length == 0 ? new JsonObject() : Json.decodeValue(Buffer.buffer(bytes))));
    } catch (MalformedException | DecodeException _) {
      // Not for these endpoints: those that want something of a body find it missing.
      return Future.succeededFuture(new Fields(new JsonObject(), ""));
    }
  }

  private Future<Void> answer(
      HttpServerRequest request, Caller caller, Endpoint endpoint, Fields fields) {
    return switch (endpoint) {
      case Endpoint.Metrics _ -> controller.metrics(request);
      case Endpoint.Usage _ -> controller.usage(request);
      case Endpoint.Explain(String id) -> controller.explain(request, id);
      case Endpoint.Health _ -> gate.readiness().map(ready -> health(request, ready));
      case Endpoint.Live _ ->
          json(request, Future.succeededFuture(new JsonObject().put("live", true)));
      case Endpoint.Ready _ -> gate.readiness().map(ready -> ready(request, ready));
      case Endpoint.Server _ -> message(request, Future.succeededFuture(memory.server()));
      case Endpoint.Metadata(String model, String version) ->
          message(request, gate.metadata(model, version));
      case Endpoint.ModelReady(String model, String version) ->
          gate.model(model, version).map(status -> modelReady(request, status));
      case Endpoint.Config(String model, String version) ->
          message(request, gate.ready(model, version).map(Catalogue::config));
      case Endpoint.Statistics(String model, String version) ->
          json(request, gate.model(model, version).compose(status -> statistics(List.of(status))));
      case Endpoint.AllStatistics _ ->
          json(request, gate.models().compose(models -> statistics(models)));
      case Endpoint.Index _ -> gate.models().map(models -> index(request, models, fields));
      case Endpoint.Load(String model, String version) ->
          load(request, caller, Gate.name(model, version), fields);
      case Endpoint.Unload(String model, String version) ->
          json(request, gate.unload(caller, Gate.name(model, version)).map(new JsonObject()));
      case Endpoint.Trace _ -> settings(request, fields, trace());
      case Endpoint.Logging _ -> settings(request, fields, new JsonObject(Settings.LOG));
      case Endpoint.SharedMemory wish -> memory.answer(request, wish, fields);
      case Endpoint.Infer _, Endpoint.Upload _, Endpoint.Page _, Endpoint.Board _ ->
          throw new IllegalStateException("%s is no query".formatted(endpoint));
    };
  }

  private static JsonObject readiness(Readiness readiness) {
    JsonObject json = new JsonObject().put("ready", readiness.ready());
    return readiness.ready() ? json : json.put("reasons", new JsonArray(readiness.reasons()));
  }

  private Void health(HttpServerRequest request, Readiness readiness) {
    return write(request, readiness.ready(), readiness(readiness).put("live", true));
  }

  private Void ready(HttpServerRequest request, Readiness readiness) {
    return write(request, readiness.ready(), readiness(readiness));
  }

  private Void modelReady(HttpServerRequest request, ModelStatus status) {
    boolean ready = status instanceof ModelStatus.Ready;
    ModelName name = ModelName.of(status.name());
    JsonObject json =
        new JsonObject()
            .put("name", name.unversioned())
            .put("version", name.versionText())
            .put("ready", ready);
    return write(
        request, ready, ready ? json : json.put("reasons", List.of(Catalogue.reason(status))));
  }

  /** What is not ready says so by its status too: that is what probes look at. */
  private Void write(HttpServerRequest request, boolean ready, JsonObject json) {
    if (!ready) {
      request.response().setStatusCode(Category.REFUSED.httpStatus());
    }
    replies.write(request, json);
    return null;
  }

  private Future<JsonObject> statistics(List<ModelStatus> models) {
    return Future.all(
            models.stream()
                .map(
                    model ->
                        gate.statistics(model.name())
                            .map(counted -> Catalogue.statistics(model.name(), counted)))
                .toList())
        .map(
            all -> {
              JsonArray array = new JsonArray();
              all.<Message>list().forEach(one -> array.add(MessageJson.write(one)));
              return new JsonObject().put("model_stats", array);
            });
  }

  private Void index(HttpServerRequest request, List<ModelStatus> models, Fields fields) {
    boolean readyOnly = Boolean.TRUE.equals(fields.json().getValue("ready"));
    JsonArray index = new JsonArray();
    models.stream()
        .filter(model -> !readyOnly || model instanceof ModelStatus.Ready)
        .forEach(model -> index.add(MessageJson.write(Catalogue.index(model))));
    replies.write(request, index);
    return null;
  }

  private Future<Void> load(HttpServerRequest request, Caller caller, String model, Fields fields) {
    try {
      Fields parameters = fields.object("parameters");
      String source =
          LoadWish.source(
              model, parameters.json().fieldNames(), parameters.optionalText(LoadWish.SOURCE));
      return json(request, gate.load(caller, model, source).map(new JsonObject()));
    } catch (MalformedException wrong) {
      return Future.failedFuture(wrong);
    }
  }

  private static JsonObject trace() {
    JsonObject json = new JsonObject();
    Settings.TRACE.forEach(
        (name, values) -> json.put(name, values.size() == 1 ? values.getFirst() : values));
    return json.put("trace_level", new JsonArray(Settings.TRACE.get("trace_level")));
  }

  private Future<Void> settings(HttpServerRequest request, Fields fields, JsonObject settings) {
    return fields.json().isEmpty()
        ? json(request, Future.succeededFuture(settings))
        : Future.failedFuture(new ComplaintException(Settings.readOnly()));
  }

  private Future<Void> message(HttpServerRequest request, Future<? extends Message> message) {
    return json(request, message.map(MessageJson::write));
  }

  private Future<Void> json(HttpServerRequest request, Future<JsonObject> json) {
    return json.map(
        result -> {
          replies.write(request, result);
          return null;
        });
  }
}
