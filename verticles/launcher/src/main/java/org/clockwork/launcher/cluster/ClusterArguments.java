package org.clockwork.launcher.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;

/** Options of every command that joins a cluster. */
public final class ClusterArguments {
  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description =
          "Which cluster to join, or to begin; otherwise CLOCKWORK_CLUSTER, or 'clockwork'."
              + " Clusters of other names on the same network stay apart.")
  private Optional<String> cluster = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "The address of this machine that the node listens on; 127.0.0.1, which no other machine"
              + " reaches, unless given. With another one nodes find each other by multicast, or by"
              + " --join.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--join",
      paramLabel = "HOST[:PORT]",
      description =
          "A node to join; may be repeated. Then there is no multicast. Without a port, the usual"
              + " ones are tried (5701 to 5800).")
  private List<String> join = new ArrayList<>();

  @Option(
      names = "--cluster-port",
      paramLabel = "PORT",
      description =
          "The first port to listen on, the next ones if it is taken; otherwise as conf/cluster.xml"
              + " says, 5701. Nodes that are to find this one at an unusual port need --join.")
  private Optional<Integer> port = Optional.empty();

  /**
   * What the options say, and the environment where they say nothing.
   *
   * @param conf the folder that cluster.xml may be in
   * @throws UnusableException a value that can't be used
   */
  public ClusterOptions options(Path conf, Map<String, String> environment) {
    if (port.isPresent() && port.get() == 0) {
      throw new UnusableException("--cluster-port 0: expected 1 to 65535");
    }
    Path settings = conf.resolve("cluster.xml");
    return new ClusterOptions(
        cluster.orElseGet(() -> fromEnvironment(environment)),
        host.orElse(ClusterOptions.LOOPBACK),
        port.orElse(0),
        join,
        Files.isRegularFile(settings) ? Optional.of(settings) : Optional.empty());
  }

  private static String fromEnvironment(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(ClusterOptions.CLUSTER_VARIABLE))
        .filter(name -> !name.isBlank())
        .orElse(ClusterOptions.DEFAULT_CLUSTER);
  }
}
