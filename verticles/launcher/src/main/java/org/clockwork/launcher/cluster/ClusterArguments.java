package org.clockwork.launcher.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.launcher.config.ClusterConfig;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of every command that joins a cluster. */
public final class ClusterArguments {
  @Option(
      names = "--cluster",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description =
          "Which cluster to join, or to begin; otherwise CLOCKWORK_CLUSTER, or 'clockwork'."
              + " Clusters of other names on the same network stay apart.")
  private Optional<String> cluster = Optional.empty();

  @Option(
      names = "--host",
      scope = ScopeType.INHERIT,
      paramLabel = "ADDRESS",
      description =
          "The address of this machine that the node listens on; 127.0.0.1, which no other machine"
              + " reaches, unless given. With another one nodes find each other by multicast, or by"
              + " --join.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--join",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST[:PORT]",
      description =
          "A node to join; may be repeated. Then there is no multicast. Without a port, the usual"
              + " ones are tried (5701 to 5800).")
  private List<String> join = new ArrayList<>();

  @Option(
      names = {"-p", "--cluster-port"},
      scope = ScopeType.INHERIT,
      paramLabel = "PORT",
      description =
          "The first port to listen on, the next ones if it is taken; otherwise 12345 for workers,"
              + " 12346 for controllers, and for others as conf/cluster.xml says, 5701. Nodes that"
              + " are to find this one at an unusual port need --join.")
  private Optional<Integer> port = Optional.empty();

  /**
   * What the options say, and the environment where they say nothing.
   *
   * @param conf the folder that cluster.xml may be in
   * @throws UnusableException a value that can't be used
   */
  public ClusterOptions options(Path conf, Map<String, String> environment) {
    return options(conf, environment, ClusterConfig.DEFAULT, NamedNodes.NONE, _ -> {});
  }

  /**
   * What the options say, then the environment, then the role's file.
   *
   * @param conf the folder that cluster.xml may be in
   * @param named nodes that the command line names beside the options
   * @param lines hears which of this machine's addresses is taken where none was given
   * @throws UnusableException a value that can't be used
   */
  public ClusterOptions options(
      Path conf,
      Map<String, String> environment,
      ClusterConfig file,
      NamedNodes named,
      Consumer<String> lines) {
    if (port.isPresent() && port.get() == 0) {
      throw new UnusableException("--cluster-port 0: expected 1 to 65535");
    }
    Path settings = conf.resolve("cluster.xml");
    Optional<String> address = host.or(file::host);
    ClusterOptions options =
        new ClusterOptions(
            cluster
                .or(() -> fromEnvironment(environment))
                .or(file::cluster)
                .orElse(ClusterOptions.DEFAULT_CLUSTER),
            address.orElse(ClusterOptions.LOOPBACK),
            port.orElse(file.clusterPort()),
            join.isEmpty() ? file.join() : join,
            Files.isRegularFile(settings) ? Optional.of(settings) : Optional.empty(),
            ClusterSafety.read(conf));
    if (address.isEmpty()) {
      return named.reachedWith(options, lines);
    }
    List<String> members = new ArrayList<>(options.members());
    members.addAll(named.addresses());
    return options.joining(members);
  }

  private static Optional<String> fromEnvironment(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(ClusterOptions.CLUSTER_VARIABLE))
        .filter(name -> !name.isBlank());
  }
}
