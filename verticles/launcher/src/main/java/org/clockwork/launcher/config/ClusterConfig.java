package org.clockwork.launcher.config;

import java.util.List;
import java.util.Optional;

/**
 * What a role's file says of the cluster that its process joins. The environment and the command
 * line go before it.
 *
 * @param clusterPort the first port to listen on; 0: the role's usual one
 */
public record ClusterConfig(
    Optional<String> cluster, Optional<String> host, List<String> join, int clusterPort) {
  public static final ClusterConfig DEFAULT =
      new ClusterConfig(Optional.empty(), Optional.empty(), List.of(), 0);

  public ClusterConfig {
    join = List.copyOf(join);
  }
}
