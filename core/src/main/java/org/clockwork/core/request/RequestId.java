package org.clockwork.core.request;

import java.util.Optional;
import org.clockwork.core.cluster.GatewayId;

/** A request, named by the gateway that took it and that gateway's own count. */
public record RequestId(GatewayId gateway, long number) implements Comparable<RequestId> {
  /** The id that is written so; empty where none is. */
  public static Optional<RequestId> parse(String text) {
    int dash = text.lastIndexOf('-');
    try {
      long number = Long.parseLong(text.substring(dash + 1));
      RequestId id = new RequestId(new GatewayId(text.substring(0, Math.max(0, dash))), number);
      return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // No number, or no name of a gateway.
    }
  }

  @Override
  public int compareTo(RequestId other) {
    int byNumber = Long.compare(number, other.number);
    return byNumber != 0 ? byNumber : gateway.value().compareTo(other.gateway.value());
  }

  @Override
  public String toString() {
    return gateway + "-" + number;
  }
}
