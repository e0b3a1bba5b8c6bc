package org.clockwork.core.request;

import org.clockwork.core.cluster.GatewayId;

/** A request, named by the gateway that took it and that gateway's own count. */
public record RequestId(GatewayId gateway, long number) implements Comparable<RequestId> {
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
