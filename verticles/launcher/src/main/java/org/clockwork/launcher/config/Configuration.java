package org.clockwork.launcher.config;

import org.clockwork.client.ClientConfig;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.worker.WorkerNodeConfig;

/** What can be set of all roles; each role's part is documented where it is defined. */
public record Configuration(
    ControllerConfig controller,
    WorkerNodeConfig worker,
    GatewayConfig gateway,
    ClientConfig client) {
  public static final Configuration DEFAULT =
      new Configuration(
          ControllerConfig.DEFAULT,
          WorkerNodeConfig.DEFAULT,
          GatewayConfig.DEFAULT,
          ClientConfig.DEFAULT);

  public Configuration with(ControllerConfig other) {
    return new Configuration(other, worker, gateway, client);
  }

  public Configuration with(WorkerNodeConfig other) {
    return new Configuration(controller, other, gateway, client);
  }
}
