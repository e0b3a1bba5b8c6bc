package org.clockwork.launcher.config;

import java.util.EnumMap;
import java.util.Map;
import org.clockwork.client.ClientConfig;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.worker.WorkerNodeConfig;

/**
 * What can be set of all roles; each role's part is documented where it is defined.
 *
 * @param clusters what each role's file says of the cluster, where it says anything
 */
public record Configuration(
    ControllerConfig controller,
    WorkerNodeConfig worker,
    GatewayConfig gateway,
    DoorsConfig doors,
    BridgeConfig bridge,
    ClientConfig client,
    OperatorsConfig operators,
    Map<RoleFile, ClusterConfig> clusters) {
  public static final Configuration DEFAULT =
      new Configuration(
          ControllerConfig.DEFAULT,
          WorkerNodeConfig.DEFAULT,
          GatewayConfig.DEFAULT,
          DoorsConfig.DEFAULT,
          BridgeConfig.DEFAULT,
          ClientConfig.DEFAULT,
          OperatorsConfig.DEFAULT,
          Map.of());

  public Configuration {
    clusters = Map.copyOf(clusters);
  }

  public Configuration with(ControllerConfig other) {
    return new Configuration(other, worker, gateway, doors, bridge, client, operators, clusters);
  }

  public Configuration with(WorkerNodeConfig other) {
    return new Configuration(
        controller, other, gateway, doors, bridge, client, operators, clusters);
  }

  public Configuration with(GatewayConfig other) {
    return new Configuration(controller, worker, other, doors, bridge, client, operators, clusters);
  }

  public Configuration with(DoorsConfig other) {
    return new Configuration(
        controller, worker, gateway, other, bridge, client, operators, clusters);
  }

  public Configuration with(BridgeConfig other) {
    return new Configuration(
        controller, worker, gateway, doors, other, client, operators, clusters);
  }

  public Configuration with(ClientConfig other) {
    return new Configuration(
        controller, worker, gateway, doors, bridge, other, operators, clusters);
  }

  public Configuration with(OperatorsConfig other) {
    return new Configuration(controller, worker, gateway, doors, bridge, client, other, clusters);
  }

  /** A file that says nothing of the cluster is as good as none. */
  Configuration joining(RoleFile role, ClusterConfig cluster) {
    if (cluster.equals(ClusterConfig.DEFAULT)) {
      return this;
    }
    Map<RoleFile, ClusterConfig> all = new EnumMap<>(RoleFile.class);
    all.putAll(clusters);
    all.put(role, cluster);
    return new Configuration(controller, worker, gateway, doors, bridge, client, operators, all);
  }

  /** What that role's file says of the cluster. */
  public ClusterConfig cluster(RoleFile role) {
    return clusters.getOrDefault(role, ClusterConfig.DEFAULT);
  }
}
