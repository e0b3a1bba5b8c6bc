package org.clockwork.gateway.bridge;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.json.Attachment;
import org.clockwork.gateway.tokens.Bearer;
import org.clockwork.gateway.tokens.Doorkeeper;

/** Connects the clients of one door with what they ask for, on that door's event loop. */
final class Switchboard {
  /** Loading a model is answered within five minutes; everything else much earlier. */
  private static final DeliveryOptions PATIENT =
      new DeliveryOptions().setSendTimeout(TimeUnit.MINUTES.toMillis(6));

  private final Vertx vertx;
  private final GatewayVerticle gateway;
  private final Context door;
  private final BridgeConfig config;
  private final Doorkeeper doorkeeper;
  private final Permits permits;
  private final AtomicInteger connections;
  private final Topics topics;
  private final Set<Conversation> conversations = new LinkedHashSet<>();

  /**
   * @param connections open now, counted by all doors of the gateway together
   */
  Switchboard(
      Vertx vertx,
      Context door,
      GatewayVerticle gateway,
      BridgeConfig config,
      Doorkeeper doorkeeper,
      AtomicInteger connections) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.door = door;
    this.config = config;
    this.doorkeeper = doorkeeper;
    this.permits = new Permits(config);
    this.connections = connections;
    this.topics = new Topics(vertx.eventBus());
  }

  /** The conversation has to be told when that line has ended. */
  Conversation connect(Line line) {
    Conversation conversation = new Conversation(this, line);
    conversations.add(conversation);
    if (connections.incrementAndGet() > config.maxConnections()) {
      conversation.refuseAll(
          "the bridge has maxBusConnections=%d clients; connect again later"
              .formatted(config.maxConnections()));
    }
    return conversation;
  }

  void disconnected(Conversation conversation) {
    if (conversations.remove(conversation)) {
      connections.decrementAndGet();
    }
  }

  /** The gateway goes: each client leaves when it has its answers. */
  void drain() {
    List.copyOf(conversations).forEach(Conversation::leave);
  }

  Doorkeeper doorkeeper() {
    return doorkeeper;
  }

  BridgeConfig config() {
    return config;
  }

  Permits permits() {
    return permits;
  }

  Topics topics() {
    return topics;
  }

  /**
   * Brings a question where its address is.
   *
   * @param bearer who asks
   */
  Asked ask(Said.Send question, Attachment attachment, Bearer bearer) {
    return question.address().equals(Addresses.INFER)
        ? BusInference.of(gateway, door, of(bearer, question.body()), attachment, question.trace())
        : Asked.of(
            vertx
                .eventBus()
                .request(question.address(), sendable(question.body()), PATIENT)
                .map(reply -> new Asked.Reply(reply.body())));
  }

  /** An inference is of the bearer's tenant, whatever it says. */
  private static Object of(Bearer bearer, Object body) {
    return body instanceof JsonObject json && bearer.tenant().isPresent()
        ? json.copy().put("tenant", bearer.tenant().get())
        : body;
  }

  /** Every number that JSON can hold is no message; what is no object is complained of as text. */
  private static Object sendable(Object body) {
    return body == null || body instanceof JsonObject ? body : body.toString();
  }
}
