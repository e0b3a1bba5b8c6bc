package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;

/** Asks the controller one thing at a public address, and is done. */
final class ControllerQuestion implements Role {
  /** Longer than a node needs to find the others; then there is no controller. */
  private static final long PATIENCE_MILLIS = 5_000;

  private final Node node;
  private final String command;
  private final String address;
  private final JsonObject question;
  private Optional<JsonObject> answer = Optional.empty();

  /**
   * @param command for whom it asks; messages begin with it
   */
  ControllerQuestion(Node node, String command, String address, JsonObject question) {
    this.node = node;
    this.command = command;
    this.address = address;
    this.question = question;
  }

  /** Empty until it has started, and where it was interrupted. */
  Optional<JsonObject> answer() {
    return answer;
  }

  @Override
  public Future<Void> start() {
    return node.vertx()
        .eventBus()
        .<JsonObject>request(
            address, question, new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS))
        .map(Message::body)
        .onSuccess(body -> answer = Optional.of(body))
        .recover(this::noController)
        .mapEmpty();
  }

  private Future<JsonObject> noController(Throwable failure) {
    return Future.failedFuture(
        failure instanceof ReplyException
            ? new UnusableException(
                command + ": no controller answers in this cluster; is it another one (--cluster)?")
            : failure);
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
