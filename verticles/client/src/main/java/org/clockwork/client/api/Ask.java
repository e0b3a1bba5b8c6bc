package org.clockwork.client.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked for.
 *
 * {@snippet file="org/clockwork/test/gateway/ClientExamples.java" region="ask"}
 *
 * @param inputs every input of the model by its name
 * @param slo the objective, from arrival at the gateway to the answer
 * @param tenant who pays for it
 * @param priority among requests of one tenant, 0 is served first
 * @param retryOf the id of a refusal, where this asks for the same again: what makes the turn that
 *     was told with it this one's
 * @param id the caller's own name for it, which the answer bears too
 */
public record Ask(
    String model,
    Map<String, Tensor> inputs,
    Duration slo,
    Optional<String> tenant,
    int priority,
    Optional<String> retryOf,
    Optional<String> id) {
  private static final Duration USUAL_SLO = Duration.ofMillis(100);
  private static final Duration LONGEST_SLO = Duration.ofHours(1);

  public Ask {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a request for '" + model + "' needs at least one input");
    }
    if (slo.compareTo(Duration.ofNanos(1_000)) < 0 || slo.compareTo(LONGEST_SLO) > 0) {
      throw new IllegalArgumentException(
          "an objective is from one microsecond to one hour, not " + slo);
    }
    inputs = Map.copyOf(inputs);
  }

  /** With an objective of 100 ms, for the default tenant. */
  public static Ask of(String model, Map<String, Tensor> inputs) {
    return new Ask(
        model, inputs, USUAL_SLO, Optional.empty(), 0, Optional.empty(), Optional.empty());
  }

  public Ask within(Duration other) {
    return new Ask(model, inputs, other, tenant, priority, retryOf, id);
  }

  public Ask by(String other) {
    return new Ask(model, inputs, slo, Optional.of(other), priority, retryOf, id);
  }

  public Ask at(int other) {
    return new Ask(model, inputs, slo, tenant, other, retryOf, id);
  }

  public Ask retryOf(String refused) {
    return new Ask(model, inputs, slo, tenant, priority, Optional.of(refused), id);
  }

  public Ask named(String other) {
    return new Ask(model, inputs, slo, tenant, priority, retryOf, Optional.of(other));
  }

  JsonObject json() {
    JsonArray tensors = new JsonArray();
    inputs.forEach((name, tensor) -> tensors.add(tensor.json(name)));
    JsonObject json =
        new JsonObject()
            .put("model", model)
            .put("inputs", tensors)
            .put("slo_us", slo.toNanos() / 1_000)
            .put("priority", priority)
            .put("encoding", "base64");
    tenant.ifPresent(who -> json.put("tenant", who));
    retryOf.ifPresent(refused -> json.put("retry_of", refused));
    id.ifPresent(name -> json.put("id", name));
    return json;
  }
}
