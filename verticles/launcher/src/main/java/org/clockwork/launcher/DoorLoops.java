package org.clockwork.launcher;

import java.util.List;
import java.util.Optional;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.launcher.config.Configuration;

/** How many event loops doors get, and what is said once they are open. */
final class DoorLoops {
  private static final int MOST = 4;

  private DoorLoops() {}

  /** Half of the cores: the other half is for the gateway, the rest of the roles and the kernel. */
  static int count() {
    return Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST);
  }

  static List<String> lines(Configuration configuration, Doors.Open open) {
    String host = configuration.doors().ports().host() + ":";
    String rest = "at " + scheme(configuration.doors()) + "://" + host;
    Optional<Integer> sockJs = open.http().filter(_ -> configuration.bridge().sockJs());
    return List.of(
        "Open Inference Protocol: REST %s, gRPC %s (docs/oip.md); metrics %s"
            .formatted(
                where(open.http(), rest, ""),
                where(open.grpc(), "at " + host, ""),
                open.metrics()
                    .map(port -> rest + port + "/metrics")
                    .orElse("have no port of their own")),
        "Event bus in other languages: TCP bridge %s, SockJS %s (docs/wire.md)"
            .formatted(where(open.bus(), "at " + host, ""), where(sockJs, rest, "/eventbus")));
  }

  private static String scheme(DoorsConfig config) {
    return config.safety().tls().isPresent() ? "https" : "http";
  }

  private static String where(Optional<Integer> port, String before, String after) {
    return port.map(number -> before + number + after).orElse("has no door");
  }
}
