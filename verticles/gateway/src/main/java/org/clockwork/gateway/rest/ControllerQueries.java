package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;

/**
 * What operators ask of the controller, by way of a gateway: its figures, one request's story, and
 * what tenants have had.
 */
final class ControllerQueries {
  /** Prometheus's own form, of the version that all scrapers read. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  /** Within the ten seconds that Prometheus waits unless told otherwise. */
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(5_000);

  private final EventBus bus;
  private final Replies replies;

  ControllerQueries(EventBus bus, Replies replies) {
    this.bus = bus;
    this.replies = replies;
  }

  Future<Void> metrics(HttpServerRequest request) {
    return this.<String>ask(Addresses.METRICS, "")
        .map(
            figures -> {
              replies.write(request, METRICS, figures);
              return null;
            });
  }

  Future<Void> explain(HttpServerRequest request, String id) {
    return passOn(request, Addresses.EXPLAIN, new JsonObject().put("id", id));
  }

  Future<Void> usage(HttpServerRequest request) {
    return passOn(request, Addresses.USAGE, new JsonObject());
  }

  private Future<Void> passOn(HttpServerRequest request, String address, JsonObject question) {
    return this.<JsonObject>ask(address, question)
        .map(
            reply -> {
              if (reply.containsKey("error")) {
                replies.complain(request, complaint(reply));
              } else {
                replies.write(request, reply);
              }
              return null;
            });
  }

  private <T> Future<T> ask(String address, Object question) {
    return bus.<T>request(address, question, PATIENCE)
        .map(Message::body)
        .recover(
            cause ->
                Future.failedFuture(
                    new ComplaintException(
                        Complaint.unavailable(
                            "no controller answers in this cluster: " + cause.getMessage()))));
  }

  private static Complaint complaint(JsonObject reply) {
    String code = reply.getString("code");
    Category category =
        switch (code) {
          case "unknown_request" -> Category.UNKNOWN;
          case "invalid_request" -> Category.INVALID;
          default -> Category.REFUSED;
        };
    return Complaint.of(category, code, reply.getString("error"));
  }
}
