package org.clockwork.gateway.bridge;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.guard.Guard;

/** What all doors of a gateway to the event bus share. */
public final class Bridge {
  private final GatewayVerticle gateway;
  private final BridgeConfig config;
  private final AtomicInteger connections = new AtomicInteger();

  public Bridge(GatewayVerticle gateway, BridgeConfig config) {
    this.gateway = gateway;
    this.config = config;
  }

  public BridgeConfig config() {
    return config;
  }

  /** A door for TCP clients, yet to be deployed. */
  public Deployable tcp(String host, Guard guard) {
    return new TcpDoor(this, host, guard);
  }

  /**
   * A door for SockJS clients, for whoever has the HTTP server; on that one's event loop.
   *
   * @param closed is told of each connection that carried a WebSocket and has ended
   */
  public SockJsDoor sockJs(
      Vertx vertx, Context door, Guard guard, Consumer<HttpConnection> closed) {
    return new SockJsDoor(vertx, config, switchboard(vertx, door, guard), closed);
  }

  Switchboard switchboard(Vertx vertx, Context door, Guard guard) {
    return new Switchboard(vertx, door, gateway, config, guard.doorkeeper(), connections);
  }
}
