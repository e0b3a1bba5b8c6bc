package org.clockwork.core.scheduler;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.request.Request;

/** Translates the times of gateways into the controller's, as {@link WorkerClocks} does. */
public final class GatewayClocks {
  private final Map<GatewayId, Clock> clocks = new LinkedHashMap<>();

  private record Clock(NodeId node, ClockOffset offset) {}

  public void joined(GatewayId gateway, NodeId node) {
    Clock known = clocks.get(gateway);
    if (known == null || !known.node().equals(node)) {
      clocks.put(gateway, new Clock(node, new ClockOffset()));
    }
  }

  /** The gateway's clock was asked for and has answered; see {@link ClockOffset#observe}. */
  public void asked(GatewayId gateway, long sentNanos, long answeredNanos, long arrivedNanos) {
    Clock clock = clocks.get(gateway);
    if (clock != null) {
      clock.offset().observe(sentNanos, answeredNanos, answeredNanos, arrivedNanos);
    }
  }

  /** All that have come. */
  public Set<GatewayId> gateways() {
    return Collections.unmodifiableSet(clocks.keySet());
  }

  public boolean knows(GatewayId gateway) {
    Clock clock = clocks.get(gateway);
    return clock != null && clock.offset().known();
  }

  /**
   * The request with its arrival in the controller's time. That is never later than now, and it is
   * now where the gateway's clock is not known yet.
   */
  public Request entering(Request request, long now) {
    Clock clock = clocks.get(request.id().gateway());
    if (clock == null || !clock.offset().known()) {
      return request.arrivedAt(now);
    }
    long arrived = request.arrivedNanos() - clock.offset().offsetNanos();
    return request.arrivedAt(Math.min(arrived, now));
  }

  public void forget(GatewayId gateway) {
    clocks.remove(gateway);
  }
}
