package org.clockwork.core.cluster;

/** Names the gateway that took a request and will answer it; part of its bus addresses. */
public record GatewayId(String value) {
  public GatewayId {
    if (!Names.isName(value)) {
      throw new IllegalArgumentException(
          "gateway id '" + value + "' must be 1 to 64 letters, digits, '-' or '_'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
