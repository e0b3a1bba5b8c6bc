package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;

/** A process that asks the cluster one question on the event bus, and is done. */
final class ClusterQuestion implements Role {
  /** Longer than a node needs to find the others; then there is no controller. */
  private static final long CONTROLLER_MILLIS = 5_000;

  private final Node node;
  private final String address;
  private final JsonObject question;
  private final DeliveryOptions patience;
  private final String nobody;
  private Optional<JsonObject> answer = Optional.empty();

  /**
   * @param nobody what a user is told where nobody answers
   */
  ClusterQuestion(
      Node node, String address, JsonObject question, long patienceMillis, String nobody) {
    this.node = node;
    this.address = address;
    this.question = question;
    this.patience = new DeliveryOptions().setSendTimeout(patienceMillis);
    this.nobody = nobody;
  }

  /**
   * One that a controller answers.
   *
   * @param command for whom it asks; messages begin with it
   */
  static ClusterQuestion ofController(
      Node node, String command, String address, JsonObject question) {
    return new ClusterQuestion(
        node,
        address,
        question,
        CONTROLLER_MILLIS,
        command + ": no controller answers in this cluster; is it another one (--cluster)?");
  }

  /** What it was told; empty where it was interrupted before. */
  Optional<JsonObject> answer() {
    return answer;
  }

  @Override
  public Future<Void> start() {
    return node.vertx()
        .eventBus()
        .<JsonObject>request(address, question, patience)
        .map(Message::body)
        .onSuccess(body -> answer = Optional.of(body))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof ReplyException ? new UnusableException(nobody) : failure))
        .mapEmpty();
  }

  @Override
  public Future<Void> ended() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    return Future.succeededFuture();
  }
}
