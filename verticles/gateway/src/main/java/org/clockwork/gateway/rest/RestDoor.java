package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.codecs.audit.Deed;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.board.BoardPage;
import org.clockwork.gateway.board.BoardStreams;
import org.clockwork.gateway.bridge.SockJsDoor;
import org.clockwork.gateway.guard.Patience;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Bearer;

/**
 * The Open Inference Protocol over HTTP, with the dashboard and the event bus by SockJS beside it.
 * Several of these, each on an event loop of its own, share the port; Vert.x deals the connections
 * out among them.
 */
public final class RestDoor extends VerticleBase {
  /** Stopping lets replies that are due be written for so long. */
  private static final long DRAIN_SECONDS = 10;

  private final RestShared shared;
  private final Replies replies;
  private Connections connections;
  private Gate gate;
  private Queries queries;
  private SockJsDoor bus;
  private BoardStreams board;
  private HttpServer server;
  private WorkerExecutor uploadWorkers;

  public RestDoor(RestShared shared) {
    this.shared = shared;
    this.replies = new Replies(shared.dice());
  }

  @Override
  public Future<?> start() {
    gate = new Gate(shared.gateway(), context);
    connections =
        new Connections(
            shared.guard().safety(),
            new Patience(vertx),
            shared.connections(),
            shared.config().limits().maxConnections(),
            replies);
    queries =
        new Queries(
            gate,
            replies,
            shared.budget(),
            new ControllerQueries(vertx.eventBus(), replies),
            new SharedMemoryQueries(vertx, shared.memory(), replies));
    uploadWorkers =
        vertx.createSharedWorkerExecutor(
            "clockwork-uploads", shared.uploads().config().maxAtOnce());
    bus = shared.bridge().sockJs(vertx, context, shared.guard(), connections::closed);
    board = new BoardStreams(vertx, shared.boardStreams());
    server =
        vertx
            .createHttpServer(
                shared.guard().over(SockJsDoor.bounded(options(), shared.bridge().config()), false))
            .connectionHandler(connections::opened)
            .invalidRequestHandler(this::onMalformed)
            .requestHandler(this::on);
    return server
        .listen(shared.config().ports().http(), shared.config().ports().host())
        .onSuccess(listening -> shared.guard().renew(listening, false));
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setTcpNoDelay(true)
        // HTTP 1 alone: a connection then counts from its first moment, not from its first byte.
        .setHttp2ClearTextEnabled(false)
        .setDecompressionSupported(true);
  }

  @Override
  public Future<?> stop() {
    bus.drain();
    board.stop();
    return server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS).eventually(() -> uploadWorkers.close());
  }

  /** What is no HTTP: where the next request would begin is not known any more. */
  private void onMalformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    request.response().endHandler(_ -> request.connection().close());
    replies.complain(
        request,
        Complaint.of(new MalformedException("the request is no HTTP: " + cause.getMessage())));
  }

  private void on(HttpServerRequest request) {
    // Of "CONNECT host:port" there is none.
    String path = Objects.requireNonNullElse(request.path(), "");
    if (bus.takes(path)) {
      connections.asksForBus(request);
      bus.on(request); // Each of its messages says who sends it.
      return;
    }
    connections.asks(request);
    Optional<Endpoint> endpoint = Endpoint.of(path);
    Bearer bearer;
    try {
      bearer =
          shared
              .guard()
              .doorkeeper()
              .admit(
                  Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION)),
                  endpoint.map(Endpoint::access).orElse(Access.KNOWN));
    } catch (ComplaintException stranger) {
      replies.complain(request, ComplaintException.of(stranger));
      return;
    }
    if (endpoint.isEmpty()) {
      replies.complain(
          request,
          Complaint.of(
              Category.UNKNOWN,
              "unknown_path",
              "there is nothing at %s; docs/oip.md lists what there is"
                  .formatted(Shown.text(path))));
    } else if (!endpoint.get().takes(request.method().name())) {
      replies.complain(
          request,
          Complaint.of(
              Category.WRONG_METHOD,
              "wrong_method",
              "%s %s: the path is right, the method is not"
                  .formatted(request.method(), Shown.text(path))));
    } else {
      answer(request, endpoint.get(), bearer);
    }
  }

  private void answer(HttpServerRequest request, Endpoint endpoint, Bearer bearer) {
    switch (endpoint) {
      case Endpoint.Infer(String model, String version) ->
          new InferExchange(
                  model,
                  version,
                  request,
                  bearer,
                  gate,
                  shared.config(),
                  shared.budget(),
                  shared.memory(),
                  replies)
              .begin();
      case Endpoint.Upload(String model, String version) ->
          new UploadExchange(
                  model,
                  version,
                  request,
                  vertx,
                  uploadWorkers,
                  shared.uploads(),
                  outcome ->
                      shared
                          .gateway()
                          .audit()
                          .of(
                              caller(request, bearer),
                              Deed.UPLOAD,
                              Gate.name(model, version),
                              outcome),
                  replies)
              .begin();
      case Endpoint.Page(String file) -> BoardPage.write(request, file);
      case Endpoint.Board _ -> watch(request);
      default -> queries.on(request, caller(request, bearer), endpoint);
    }
  }

  private static Caller caller(HttpServerRequest request, Bearer bearer) {
    return Caller.at("rest", request.remoteAddress()).with(bearer.name());
  }

  private void watch(HttpServerRequest request) {
    if (!board.open(request)) {
      replies.complain(
          request, Complaint.unavailable("too many watch the board already; close one of them"));
    }
  }
}
