package org.clockwork.launcher.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clockwork.launcher.config.UnusableException;

/**
 * Which cluster a process joins, and by which of this machine's addresses.
 *
 * @param cluster its name; nodes of other names are never met
 * @param host an address of this machine, or a name of one: what the node listens on, and leaves by
 * @param port the first cluster port that is tried; 0: as cluster.xml says
 * @param members nodes to join, {@code host} or {@code host:port}; may be empty
 * @param clusterXml Hazelcast's settings; empty: those inside the program, which are those of
 *     {@code conf/cluster.xml}
 * @param safety what keeps others out
 */
public record ClusterOptions(
    String cluster,
    String host,
    int port,
    List<String> members,
    Optional<Path> clusterXml,
    ClusterSafety safety) {
  public static final String DEFAULT_CLUSTER = "clockwork";
  public static final String LOOPBACK = "127.0.0.1";

  /** Where the published command lines have their workers. */
  public static final int WORKER_PORT = 12_345;

  /** Where the published command lines have their controller. */
  public static final int CONTROLLER_PORT = 12_346;

  /** Names a cluster where no option does. */
  public static final String CLUSTER_VARIABLE = "CLOCKWORK_CLUSTER";

  /** On loopback, with the settings inside the program. */
  public static final ClusterOptions DEFAULT =
      new ClusterOptions(DEFAULT_CLUSTER, LOOPBACK, 0, List.of(), Optional.empty());

  /** Open to whoever reaches its port. */
  public ClusterOptions(
      String cluster, String host, int port, List<String> members, Optional<Path> clusterXml) {
    this(cluster, host, port, members, clusterXml, ClusterSafety.NONE);
  }

  /**
   * @throws UnusableException a value that no cluster can have
   */
  public ClusterOptions {
    if (!cluster.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new UnusableException(
          "cluster name '%s': expected 1 to 64 letters, digits, '.', '-' or '_'"
              .formatted(cluster));
    }
    if (host.isBlank()) {
      throw new UnusableException("--host is empty; expected an address of this machine");
    }
    if (port < 0 || port > 65_535) {
      throw new UnusableException("--cluster-port %d: expected 1 to 65535".formatted(port));
    }
    members = List.copyOf(members);
    members.forEach(MemberAddress::of);
  }

  public ClusterOptions named(String name) {
    return new ClusterOptions(name, host, port, members, clusterXml, safety);
  }

  public ClusterOptions listeningOn(String address) {
    return new ClusterOptions(cluster, address, port, members, clusterXml, safety);
  }

  public ClusterOptions fromPort(int first) {
    return new ClusterOptions(cluster, host, first, members, clusterXml, safety);
  }

  /** From this port on, unless another one was asked for. */
  public ClusterOptions usuallyFromPort(int first) {
    return port == 0 ? fromPort(first) : this;
  }

  public ClusterOptions joining(List<String> nodes) {
    return new ClusterOptions(cluster, host, port, nodes, clusterXml, safety);
  }

  public ClusterOptions with(Path settings) {
    return new ClusterOptions(cluster, host, port, members, Optional.of(settings), safety);
  }

  public ClusterOptions with(ClusterSafety other) {
    return new ClusterOptions(cluster, host, port, members, clusterXml, other);
  }
}
