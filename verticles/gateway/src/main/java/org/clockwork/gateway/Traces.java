package org.clockwork.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import java.util.Optional;
import org.clockwork.core.request.Traceparent;

/** Which trace a request belongs to, as its sender's headers say. */
public final class Traces {
  private Traces() {}

  /** Empty where they say nothing, or nothing that can be understood. */
  public static Optional<Traceparent> of(MultiMap headers) {
    return Optional.ofNullable(headers.get(Traceparent.HEADER)).flatMap(Traceparent::parse);
  }

  static Optional<Traceparent> of(Message<?> message) {
    return of(message.headers());
  }
}
