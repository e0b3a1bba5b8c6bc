package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.bridge.Bridge;
import org.clockwork.gateway.bridge.SockJsDoor;
import org.clockwork.gateway.board.BoardPage;
import org.clockwork.gateway.board.BoardStreams;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.upload.Uploads;

/**
 * The Open Inference Protocol over HTTP. Several of these, each on an event loop of its own, share
 * the port; Vert.x deals the connections out among them.
 */
public final class RestDoor extends VerticleBase {
  /** Stopping lets replies that are due be written for so long. */
  private static final long DRAIN_SECONDS = 10;

  private final GatewayVerticle gateway;
  private final DoorsConfig config;
  private final Bridge bridge;
  private final ReadingBudget budget;
  private final SharedMemory memory;
  private final Uploads uploads;
  private final AtomicInteger connections;
  private final AtomicInteger watching;
  private final Replies replies;

  /** Of this door. */
  private final Set<HttpConnection> open = new HashSet<>();

  private Gate gate;
  private Queries queries;
  private SockJsDoor bus;
  private BoardStreams board;
  private HttpServer server;
  private WorkerExecutor uploadWorkers;

  /**
   * @param bridge to the event bus, which has a part of the paths
   * @param budget shared by all doors of the gateway, as are {@code memory} and {@code uploads}
   * @param connections open now, counted by all doors of this kind together
   * @param watching streams of the board that are open now, counted likewise
   * @param dice spreads retries
   */
  public RestDoor(
      GatewayVerticle gateway,
      DoorsConfig config,
      Bridge bridge,
      ReadingBudget budget,
      SharedMemory memory,
      Uploads uploads,
      AtomicInteger connections,
      AtomicInteger watching,
      RandomGenerator dice) {
    this.gateway = gateway;
    this.config = config;
    this.bridge = bridge;
    this.budget = budget;
    this.memory = memory;
    this.uploads = uploads;
    this.connections = connections;
    this.watching = watching;
    this.replies = new Replies(dice);
  }

  @Override
  public Future<?> start() {
    gate = new Gate(gateway, context);
    queries =
        new Queries(
            gate,
            replies,
            budget,
            new ControllerQueries(vertx.eventBus(), replies),
            new SharedMemoryQueries(vertx, memory, replies));
    uploadWorkers =
        vertx.createSharedWorkerExecutor("clockwork-uploads", uploads.config().maxAtOnce());
    bus = bridge.sockJs(vertx, context, this::closed);
    board = new BoardStreams(vertx, watching);
    server =
        vertx
            .createHttpServer(SockJsDoor.bounded(options(), bridge.config()))
            .connectionHandler(this::opened)
            .requestHandler(this::on);
    return server.listen(config.httpPort(), config.host());
  }

  private void opened(HttpConnection connection) {
    open.add(connection);
    if (connections.incrementAndGet() > config.maxConnections()) {
      connection.close();
    }
    connection.closeHandler(_ -> closed(connection));
  }

  /**
   * Told by the connection itself or, once it carries a WebSocket, by whoever has that: Vert.x says
   * nothing more of the connection then.
   */
  private void closed(HttpConnection connection) {
    if (open.remove(connection)) {
      connections.decrementAndGet();
    }
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

  private void on(HttpServerRequest request) {
    if (bus.takes(request.path())) {
      bus.on(request);
    } else {
      answer(request);
    }
  }

  private void answer(HttpServerRequest request) {
    Optional<Endpoint> endpoint = Endpoint.of(request.path());
    if (endpoint.isEmpty()) {
      replies.complain(
          request,
          Complaint.of(
              Category.UNKNOWN,
              "unknown_path",
              "there is nothing at %s; docs/oip.md lists what there is"
                  .formatted(Shown.text(request.path()))));
    } else if (!endpoint.get().takes(request.method().name())) {
      replies.complain(
          request,
          Complaint.of(
              Category.WRONG_METHOD,
              "wrong_method",
              "%s %s: the path is right, the method is not"
                  .formatted(request.method(), Shown.text(request.path()))));
    } else if (endpoint.get() instanceof Endpoint.Infer(String model, String version)) {
      new InferExchange(model, version, request, gate, config, budget, memory, replies).begin();
    } else if (endpoint.get() instanceof Endpoint.Upload(String model, String version)) {
      new UploadExchange(model, version, request, vertx, uploadWorkers, uploads, replies).begin();
    } else if (endpoint.get() instanceof Endpoint.Page(String file)) {
      BoardPage.write(request, file);
    } else if (endpoint.get() instanceof Endpoint.Board) {
      watch(request);
    } else {
      queries.on(request, endpoint.get());
    }
  }

  private void watch(HttpServerRequest request) {
    if (!board.open(request)) {
      replies.complain(
          request, Complaint.unavailable("too many watch the board already; close one of them"));
    }
  }
}
