package org.clockwork.client.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.codecs.Addresses;

/**
 * A Clockwork, as those see it who want something inferred.
 *
 * {@snippet file="org/clockwork/test/gateway/ClientExamples.java" region="infer"}
 *
 * <p>A request has an objective, and is answered inside it or told at once why not: its future then
 * fails with a {@link NotInferredException}, which says whether and when to try again.
 *
 * {@snippet file="org/clockwork/test/gateway/ClientExamples.java" region="refused"}
 *
 * <p>Safe to use from any thread. It keeps nothing: make as many as you like, and close none.
 */
public final class Clockwork {
  /** An answer comes by the objective; what is longer is the event bus's own time. */
  private static final long GRACE_MILLIS = 5_000;

  /** A model met for the first time is measured; the gateway gives up after five minutes itself. */
  private static final long LOAD_MILLIS = Duration.ofMinutes(6).toMillis();

  private static final long LIST_MILLIS = 10_000;

  private final Vertx vertx;

  private Clockwork(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * The Clockwork whose cluster this event bus belongs to; the one of the same process where it is
   * not clustered. Whether anybody is there shows with the first request.
   */
  public static Clockwork connect(Vertx vertx) {
    return new Clockwork(vertx);
  }

  /**
   * Asks for one inference.
   *
   * @param inputs every input of the model by its name; all with the same leading batch dimension
   * @param slo the objective, from arrival at the gateway to the answer; above 0, at most one hour
   * @return fails with a {@link NotInferredException} where there is no answer
   */
  public Future<Inference> infer(String model, Map<String, Tensor> inputs, Duration slo) {
    return infer(Ask.of(model, inputs).within(slo));
  }

  /**
   * Asks for one inference, with all that can be said about it.
   *
   * @return fails with a {@link NotInferredException} where there is no answer
   */
  public Future<Inference> infer(Ask ask) {
    return ask(Addresses.INFER, ask.json(), ask.slo().toMillis() + GRACE_MILLIS).map(Inference::of);
  }

  /** Every model that is known, whether ready or not, by name. */
  public Future<List<Model>> models() {
    return ask(Addresses.MODELS, new JsonObject().put("op", "ls"), LIST_MILLIS)
        .map(Clockwork::models);
  }

  /**
   * Has a model of the repository served. A model that was never met before is measured first,
   * which takes seconds.
   *
   * @param source its folder in the repository
   * @return what is ready now; fails where it can't be served
   */
  public Future<Model> load(String name, String source) {
    JsonObject question =
        new JsonObject().put("op", "load").put("name", name).put("source", source);
    return ask(Addresses.MODELS, question, LOAD_MILLIS).map(reply -> models(reply).getFirst());
  }

  /**
   * Has that one model served no more, once those who wait for it are answered; without a version
   * all of them. Fails where there is none of that name.
   */
  public Future<Void> unload(String name) {
    JsonObject question = new JsonObject().put("op", "unload").put("name", name);
    return ask(Addresses.MODELS, question, LOAD_MILLIS).mapEmpty();
  }

  private Future<JsonObject> ask(String address, JsonObject question, long timeoutMillis) {
    return vertx
        .eventBus()
        .<JsonObject>request(address, question, new DeliveryOptions().setSendTimeout(timeoutMillis))
        .map(Message::body)
        .recover(failure -> Future.failedFuture(unreachable(failure)))
        .compose(
            reply ->
                reply.containsKey("error")
                    ? Future.failedFuture(NotInferredException.of(reply))
                    : Future.succeededFuture(reply));
  }

  private static Throwable unreachable(Throwable failure) {
    return failure instanceof ReplyException reply
        ? NotInferredException.unreachable(reply)
        : failure;
  }

  private static List<Model> models(JsonObject reply) {
    JsonArray array = reply.getJsonArray("models");
    List<Model> models = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      models.add(Model.of(array.getJsonObject(i)));
    }
    return models;
  }
}
