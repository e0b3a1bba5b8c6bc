package org.clockwork.gateway.rest;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.guard.Patience;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;

/**
 * The connections of one door: so many, and none for nothing. One on which no request's head comes
 * whole, or whose request's body doesn't, is closed in time; while a request is being answered it
 * stays open for as long as that takes.
 */
final class Connections {
  private final DoorSafety safety;
  private final Patience patience;
  private final AtomicInteger open;
  private final int openMax;
  private final Replies replies;
  private final Map<HttpConnection, Idle> idle = new HashMap<>();

  /**
   * @param open counted by all doors of this kind together
   */
  Connections(
      DoorSafety safety, Patience patience, AtomicInteger open, int openMax, Replies replies) {
    this.safety = safety;
    this.patience = patience;
    this.open = open;
    this.openMax = openMax;
    this.replies = replies;
  }

  void opened(HttpConnection connection) {
    if (open.incrementAndGet() > openMax) {
      connection.close();
    }
    Idle waiting = new Idle(connection);
    idle.put(connection, waiting);
    patience.begin(waiting);
    connection.exceptionHandler(_ -> {}); // A mistake of its client; it ends with it.
    connection.closeHandler(_ -> closed(connection));
  }

  /**
   * Told by the connection itself or, once it carries a WebSocket, by whoever has that: Vert.x says
   * nothing more of the connection then.
   */
  void closed(HttpConnection connection) {
    Idle waiting = idle.remove(connection);
    if (waiting != null) {
      open.decrementAndGet();
      patience.end(waiting);
    }
  }

  /** A WebSocket, which may be silent for as long as its client likes, or what leads to one. */
  void asksForBus(HttpServerRequest request) {
    if (request.headers().contains(HttpHeaders.UPGRADE)) {
      Idle waiting = idle.get(request.connection());
      if (waiting != null) {
        patience.end(waiting);
      }
    } else {
      asks(request);
    }
  }

  /** A request's head has come. */
  void asks(HttpServerRequest request) {
    Idle waiting = idle.get(request.connection());
    if (waiting == null) {
      return; // It has closed.
    }
    patience.end(waiting);
    Reading reading = new Reading(request);
    patience.begin(reading);
    request
        .response()
        .endHandler(
            _ -> {
              patience.end(reading);
              waiting.again();
            });
  }

  /** A connection between two requests, or before the first. */
  private final class Idle implements Patience.Awaited {
    private final HttpConnection connection;
    private long sinceNanos = System.nanoTime();

    Idle(HttpConnection connection) {
      this.connection = connection;
    }

    void again() {
      if (idle.containsKey(connection)) {
        sinceNanos = System.nanoTime();
        patience.begin(this);
      }
    }

    @Override
    public long dueNanos() {
      return sinceNanos + safety.idleNanos();
    }

    @Override
    public void giveUp() {
      connection.close();
    }
  }

  /** A request whose body may still come. */
  private final class Reading implements Patience.Awaited {
    private final HttpServerRequest request;
    private final long sinceNanos = System.nanoTime();

    Reading(HttpServerRequest request) {
      this.request = request;
    }

    @Override
    public long dueNanos() {
      return request.isEnded() || !idle.containsKey(request.connection())
          ? System.nanoTime() + safety.idleNanos()
          : sinceNanos + safety.bodyNanos(request.bytesRead());
    }

    @Override
    public void giveUp() {
      replies.complain(
          request,
          Complaint.of(
              Category.TOO_SLOW,
              "too_slow",
              "of the body %d bytes came in %d s; at least bodyBytesPerSecond=%d are expected"
                  .formatted(
                      request.bytesRead(),
                      (System.nanoTime() - sinceNanos) / 1_000_000_000,
                      safety.bodyBytesPerSecond())));
      request.connection().close();
    }
  }
}
