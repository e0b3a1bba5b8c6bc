package org.clockwork.gateway.bridge;

import java.util.List;

/** Which addresses clients reach; all others don't exist for them. */
record Permits(List<String> inbound, List<String> outbound) {

  Permits(BridgeConfig config) {
    this(config.inbound(), config.outbound());
  }

  boolean takes(String address) {
    return inbound.contains(address);
  }

  boolean tells(String address) {
    return BridgeConfig.mayTell(address)
        && outbound.stream().anyMatch(pattern -> covers(pattern, address));
  }

  private static boolean covers(String pattern, String address) {
    return pattern.endsWith(BridgeConfig.ALL_BELOW)
        ? address.startsWith(pattern.substring(0, pattern.length() - 1))
        : address.equals(pattern);
  }
}
