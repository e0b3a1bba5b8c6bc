package org.clockwork.gateway.bridge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.vertx.ext.web.handler.sockjs.Transport;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.Attachment;

/**
 * The SockJS bridge on an HTTP server: Vert.x Web speaks SockJS, and what is said with it is a
 * {@link Conversation}. WebSockets are its only transport: the sessions of the others outlive their
 * connections, so that nothing would bound their number.
 */
public final class SockJsDoor {
  private static final String PATH = "/eventbus";
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int UNREAD_MILLIS = 60_000;

  private final BridgeConfig config;
  private final Switchboard board;
  private final Router router;
  private final Consumer<HttpConnection> closed;

  SockJsDoor(Vertx vertx, BridgeConfig config, Switchboard board, Consumer<HttpConnection> closed) {
    this.config = config;
    this.board = board;
    this.closed = closed;
    SockJSHandlerOptions options = new SockJSHandlerOptions().setInsertJSESSIONID(false);
    Arrays.stream(Transport.values())
        .filter(transport -> transport != Transport.WEBSOCKET)
        .forEach(transport -> options.addDisabledTransport(transport.name()));
    this.router = Router.router(vertx);
    router
        .route(PATH + "/*")
        .subRouter(SockJSHandler.create(vertx, options).socketHandler(this::connected));
    router.route().failureHandler(SockJsDoor::refuse);
    router.errorHandler(NOT_FOUND, SockJsDoor::refuse);
  }

  /** A handshake that is none, and what there is not. */
  private static void refuse(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    boolean missing = context.failure() == null && context.statusCode() == NOT_FOUND;
    int status = missing ? NOT_FOUND : BAD_REQUEST;
    String reason =
        missing
            ? "there is nothing at %s; the event bus is at %s/websocket"
                .formatted(Shown.text(String.valueOf(context.request().path())), PATH)
            : "the handshake of a WebSocket is expected: " + context.failure();
    answer(response, status, missing ? "unknown_path" : "invalid_request", reason);
  }

  private static void answer(HttpServerResponse response, int status, String cause, String reason) {
    response
        .setStatusCode(status)
        .end(new JsonObject().put("error", reason).put("cause", cause).toBuffer());
  }

  /** Bounds what a WebSocket of that server may bring, as the bridge's configuration has it. */
  public static HttpServerOptions bounded(HttpServerOptions options, BridgeConfig config) {
    // A client that reads nothing for so long is gone; Linux sees to that.
    options.setTcpUserTimeout(UNREAD_MILLIS);
    return options
        .setMaxWebSocketFrameSize(config.maxMessageBytes())
        .setMaxWebSocketMessageSize(config.maxMessageBytes())
        // What is compressed has a size that nobody knows before it is held.
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  /** Whether that path is the bridge's. */
  public boolean takes(String path) {
    return config.sockJs() && (path.equals(PATH) || path.startsWith(PATH + "/"));
  }

  /** The gateway goes: each client leaves when it has its answers. */
  public void drain() {
    board.drain();
  }

  public void on(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || isSame(origin, request) || config.origins().contains(origin)) {
      router.handle(request);
    } else {
      answer(
          request.response(),
          FORBIDDEN,
          "foreign_origin",
          "pages from %s may not use this event bus; busOrigins in conf/gateway.json lists which may"
              .formatted(Shown.text(origin)));
    }
  }

  /**
   * Whether the page came from this server. A browser lets a page open WebSockets anywhere, and
   * says only where the page is from: without this, any page that somebody looks at could unload
   * the models of the server on that person's machine.
   */
  private static boolean isSame(String origin, HttpServerRequest request) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority != null && authority.equals(request.getHeader(HttpHeaders.HOST));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private void connected(SockJSSocket socket) {
    HttpConnection connection = socket.routingContext().request().connection();
    Conversation conversation = board.connect(new Socket(socket));
    socket
        .handler(
            bytes -> {
              JsonObject frame;
              try {
                frame = bytes.toJsonObject();
              } catch (DecodeException | ClassCastException _) {
                conversation.malformed(
                    "a message of %d bytes is no JSON object".formatted(bytes.length()));
                return;
              }
              conversation.heard(frame, Attachment.NONE);
            })
        .exceptionHandler(_ -> {}) // The connection closes, too.
        .closeHandler(
            _ -> {
              conversation.ended();
              closed.accept(connection);
            });
  }

  private record Socket(SockJSSocket socket) implements Line {
    @Override
    public Dialect dialect() {
      return Dialect.SOCKJS;
    }

    /** Nothing is ever attached: who asks for that is told that it can't be. */
    @Override
    public Future<Void> write(String frame, List<ByteBuffer> attached) {
      return socket.write(frame);
    }

    @Override
    public void close() {
      socket.close();
    }

    /** Waits for the client to read, or for the time that the server's sockets have for that. */
    @Override
    public void cut() {
      socket.close();
    }
  }
}
