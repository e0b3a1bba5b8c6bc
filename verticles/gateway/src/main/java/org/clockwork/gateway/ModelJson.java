package org.clockwork.gateway;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.TensorSpec;

/** Models in JSON, as docs/wire.md describes them. */
public final class ModelJson {
  private static final long NANOS_PER_MICRO = 1_000;

  private ModelJson() {}

  static JsonObject write(ModelStatus status) {
    JsonObject json = new JsonObject().put("name", status.name());
    if (status instanceof ModelStatus.Ready ready && !ready.spec().lengths().isEmpty()) {
      json.put("lengths", new JsonArray(ready.spec().lengths()));
    }
    return switch (status) {
      case ModelStatus.Ready ready ->
          json.put("state", "ready")
              .put("source", ready.spec().source())
              .put("inputs", tensors(ready.spec().inputs()))
              .put("outputs", tensors(ready.spec().outputs()))
              .put("largest_batch", ready.largestBatch())
              .put("smallest_exec_us", ready.smallestExecNanos() / NANOS_PER_MICRO)
              .put("default_slo_us", ready.spec().defaultSloNanos() / NANOS_PER_MICRO)
              .put("hosts", ready.hosts());
      case ModelStatus.Registering _ -> json.put("state", "registering");
      case ModelStatus.Unavailable unavailable ->
          json.put("state", "unavailable").put("reason", unavailable.reason());
      case ModelStatus.Versioned versioned ->
          json.put("state", "versioned").put("highest", versioned.highest());
      case ModelStatus.Gone _ -> json.put("state", "gone");
    };
  }

  /** Why a model is not ready. */
  public static String reason(ModelStatus status) {
    return switch (status) {
      case ModelStatus.Unavailable unavailable -> unavailable.reason();
      case ModelStatus.Versioned versioned ->
          "it is a folder of versions, up to '%s'; name one".formatted(versioned.highest());
      case ModelStatus.Gone _ -> "it was unloaded meanwhile";
      case ModelStatus.Registering _ -> "it is still being brought into host memory";
      case ModelStatus.Ready _ -> "it is ready";
    };
  }

  private static JsonArray tensors(List<TensorSpec> specs) {
    JsonArray tensors = new JsonArray();
    for (TensorSpec spec : specs) {
      tensors.add(
          new JsonObject()
              .put("name", spec.name())
              .put("datatype", spec.type().name())
              .put("shape", new JsonArray(spec.declaredShape())));
    }
    return tensors;
  }
}
