package org.clockwork.launcher;

import java.util.Optional;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;

/** How many event loops doors get, and what is said once they are open. */
final class DoorLoops {
  private static final int MOST = 4;

  private DoorLoops() {}

  /** Half of the cores: the other half is for the gateway, the rest of the roles and the kernel. */
  static int count() {
    return Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST);
  }

  static String line(DoorsConfig config, Doors.Open open) {
    return "Open Inference Protocol: REST %s, gRPC %s (docs/oip.md)"
        .formatted(
            where(open.http(), "at " + scheme(config) + "://" + config.host() + ":"),
            where(open.grpc(), "at " + config.host() + ":"));
  }

  private static String scheme(DoorsConfig config) {
    return config.safety().tls().isPresent() ? "https" : "http";
  }

  private static String where(Optional<Integer> port, String before) {
    return port.map(number -> before + number).orElse("has no door");
  }
}
