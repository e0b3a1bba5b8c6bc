package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.guard.Guard;
import org.clockwork.gateway.guard.Patience;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Bearer;

/**
 * The Open Inference Protocol over HTTP. Several of these, each on an event loop of its own, share
 * the port; Vert.x deals the connections out among them.
 */
public final class RestDoor extends VerticleBase {
  /** Stopping lets replies that are due be written for so long. */
  private static final long DRAIN_SECONDS = 10;

  private final GatewayVerticle gateway;
  private final DoorsConfig config;
  private final ReadingBudget budget;
  private final AtomicInteger opened;
  private final Guard guard;
  private final Replies replies;
  private Connections connections;
  private Gate gate;
  private Queries queries;
  private HttpServer server;

  /**
   * @param budget shared by all doors of the gateway
   * @param opened connections that are open now, counted by all doors of this kind together
   * @param dice spreads retries
   */
  public RestDoor(
      GatewayVerticle gateway,
      DoorsConfig config,
      ReadingBudget budget,
      AtomicInteger opened,
      Guard guard,
      RandomGenerator dice) {
    this.gateway = gateway;
    this.config = config;
    this.budget = budget;
    this.opened = opened;
    this.guard = guard;
    this.replies = new Replies(dice);
  }

  @Override
  public Future<?> start() {
    gate = new Gate(gateway, context);
    connections =
        new Connections(
            guard.safety(), new Patience(vertx), opened, config.maxConnections(), replies);
    queries = new Queries(gate, replies, budget, new ControllerQueries(vertx.eventBus(), replies));
    server =
        vertx
            .createHttpServer(guard.over(options(), false))
            .connectionHandler(connections::opened)
            .invalidRequestHandler(this::onMalformed)
            .requestHandler(this::on);
    return server
        .listen(config.httpPort(), config.host())
        .onSuccess(listening -> guard.renew(listening, false));
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
    return server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
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
    connections.asks(request);
    // Of "CONNECT host:port" there is none.
    String path = Objects.requireNonNullElse(request.path(), "");
    Optional<Endpoint> endpoint = Endpoint.of(path);
    Bearer bearer;
    try {
      bearer =
          guard
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
    } else if (endpoint.get() instanceof Endpoint.Infer(String model, String version)) {
      new InferExchange(request, bearer, gate, config, budget, replies).begin(model, version);
    } else {
      queries.on(request, endpoint.get());
    }
  }
}
