package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.random.RandomGenerator;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.Micros;

/** Writes replies: results, mostly in JSON, and complaints. */
final class Replies {
  static final String JSON = "application/json";
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long CLOSE_AFTER_BYTES = 1 << 20;

  private final RandomGenerator dice;

  Replies(RandomGenerator dice) {
    this.dice = dice;
  }

  void write(HttpServerRequest request, JsonObject json) {
    end(request, JSON, json.toBuffer());
  }

  void write(HttpServerRequest request, JsonArray json) {
    end(request, JSON, json.toBuffer());
  }

  void write(HttpServerRequest request, String type, String text) {
    end(request, type, Buffer.buffer(text));
  }

  void complain(HttpServerRequest request, Complaint complaint) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return; // Nobody is left to hear it.
    }
    response.setStatusCode(complaint.category().httpStatus());
    if (complaint.category() == Category.UNAUTHENTICATED) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    complaint
        .retryAfterNanos()
        .ifPresent(nanos -> response.putHeader("Retry-After", Long.toString(retrySeconds(nanos))));
    end(request, JSON, json(complaint).toBuffer());
  }

  static JsonObject json(Complaint complaint) {
    JsonObject json =
        new JsonObject().put("error", complaint.reason()).put("cause", complaint.cause());
    complaint.request().ifPresent(id -> json.put("request_id", id.toString()));
    complaint
        .earliestCompletionNanos()
        .ifPresent(nanos -> json.put("earliest_completion_us", Micros.of(nanos)));
    complaint.retryAfterNanos().ifPresent(nanos -> json.put("retry_after_us", Micros.of(nanos)));
    return json;
  }

  /**
   * Whole seconds are all that the header takes. Up to one more is drawn by lot, so that those who
   * were refused together don't come back together.
   */
  private long retrySeconds(long nanos) {
    return (long) Math.ceil(nanos / NANOS_PER_SECOND + dice.nextDouble());
  }

  private static void end(HttpServerRequest request, String type, Buffer body) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.putHeader("Content-Type", type);
    Future<Void> written = response.end(body);
    if (Body.comes(request) && !request.isEnded()) {
      throwAway(request, written);
    }
  }

  /**
   * What is left of the body is read and forgotten, so that the connection can be used again; where
   * that is too much, or the client waits to be asked for it, the connection ends instead.
   */
  private static void throwAway(HttpServerRequest request, Future<Void> written) {
    long announced = Body.announced(request);
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(); // The stream alone: others share the connection.
      return;
    }
    if (announced < 0 || announced > CLOSE_AFTER_BYTES || expectsContinue(request)) {
      written.onComplete(_ -> request.connection().close());
    } else {
      request.handler(_ -> {});
      request.resume();
    }
  }

  static boolean expectsContinue(HttpServerRequest request) {
    return "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
  }
}
