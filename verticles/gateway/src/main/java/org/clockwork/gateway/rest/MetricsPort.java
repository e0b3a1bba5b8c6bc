package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.guard.Guard;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.tokens.Access;

/**
 * {@code /metrics} on a port of its own, where Triton has it: whoever scrapes need not reach what
 * serves requests.
 */
public final class MetricsPort extends VerticleBase {
  private static final String PATH = "/metrics";

  /** More scrapers than anybody has; the next is closed at once. */
  private static final int CONNECTIONS_MAX = 100;

  private static final long DRAIN_SECONDS = 1;

  private final DoorsConfig config;
  private final Guard guard;
  private final Replies replies;
  private int connections;
  private ControllerQueries controller;
  private HttpServer server;

  /**
   * @param dice spreads retries
   */
  public MetricsPort(DoorsConfig config, Guard guard, RandomGenerator dice) {
    this.config = config;
    this.guard = guard;
    this.replies = new Replies(dice);
  }

  @Override
  public Future<?> start() {
    controller = new ControllerQueries(vertx.eventBus(), replies);
    server =
        vertx
            .createHttpServer(
                guard.over(
                    new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setIdleTimeout(guard.safety().idleSeconds()),
                    false))
            .connectionHandler(
                connection -> {
                  if (++connections > CONNECTIONS_MAX) {
                    connection.close();
                  }
                  connection.closeHandler(_ -> connections--);
                })
            .requestHandler(this::on);
    return server
        .listen(config.ports().metrics(), config.ports().host())
        .onSuccess(listening -> guard.renew(listening, false));
  }

  @Override
  public Future<?> stop() {
    return server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
  }

  private void on(HttpServerRequest request) {
    try {
      guard
          .doorkeeper()
          .admit(Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION)), Access.OBSERVE);
      answer(request);
    } catch (ComplaintException stranger) {
      replies.complain(request, ComplaintException.of(stranger));
    }
  }

  private void answer(HttpServerRequest request) {
    if (!PATH.equals(request.path())) {
      replies.complain(
          request,
          Complaint.of(
              Category.UNKNOWN,
              "unknown_path",
              "there is nothing at %s; this port has %s alone"
                  .formatted(Shown.text(String.valueOf(request.path())), PATH)));
    } else if (!request.method().equals(HttpMethod.GET)) {
      replies.complain(
          request,
          Complaint.of(
              Category.WRONG_METHOD,
              "wrong_method",
              "%s %s: GET is expected".formatted(request.method(), PATH)));
    } else {
      controller
          .metrics(request)
          .onFailure(cause -> replies.complain(request, ComplaintException.of(cause)));
    }
  }
}
