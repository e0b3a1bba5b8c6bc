package org.clockwork.launcher.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperties;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.launcher.config.UnusableException;

/**
 * Hazelcast's settings: those of cluster.xml, with what the options say laid over them.
 *
 * @param members whom the operator wants to be joined: the options' members, or else those of
 *     cluster.xml
 */
record Settings(Config config, List<String> members) {
  private static final String BUNDLED = "cluster.xml";

  /**
   * As many ports are looked at from that of the first worker on. Of more workers and controllers
   * on one machine the later ones find the earlier, and are found by them.
   */
  private static final int PUBLISHED_PORTS = 16;

  /**
   * @throws UnusableException the file can't be read, or the options can't be met
   */
  static Settings of(ClusterOptions options) {
    InetAddress host = LocalAddresses.own(options.host());
    Config config = read(options.clusterXml());
    config.setClusterName(options.safety().nameOf(options.cluster()));
    filter(config);
    NetworkConfig network = config.getNetworkConfig();
    network.getInterfaces().setEnabled(true).setInterfaces(List.of(host.getHostAddress()));
    int usualPort = network.getPort();
    if (options.port() != 0) {
      network.setPort(options.port());
    }
    refuseTakenPorts(network, host);
    JoinConfig join = network.getJoin();
    List<String> members =
        options.members().isEmpty()
            ? List.copyOf(join.getTcpIpConfig().getMembers())
            : options.members();
    if (!discoversOtherwise(join)) {
      discover(members, host, usualPort, config);
    }
    return new Settings(config, members);
  }

  /**
   * What arrives is made an object only of the classes that Hazelcast, Vert.x and the JDK's plain
   * values need. cluster.xml may have a filter of its own.
   */
  private static void filter(Config config) {
    if (config.getSerializationConfig().getJavaSerializationFilterConfig() != null) {
      return;
    }
    JavaSerializationFilterConfig filter =
        new JavaSerializationFilterConfig().setDefaultsDisabled(true);
    filter
        .getWhitelist()
        .addPrefixes("[", "java.lang.", "java.util.", "com.hazelcast.", "io.vertx.spi.cluster.");
    config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
  }

  private static void discover(
      List<String> wanted, InetAddress host, int usualPort, Config config) {
    JoinConfig join = config.getNetworkConfig().getJoin();
    List<String> members = new ArrayList<>();
    for (String each : wanted) {
      MemberAddress member = MemberAddress.of(each);
      refuseUnreachable(member, host);
      if (member.port().isPresent()) {
        members.add(each);
      } else {
        members.addAll(portsOf(member.host(), usualPort, config));
      }
    }
    if (host.isLoopbackAddress()) {
      members.addAll(portsOf(host.getHostAddress(), usualPort, config));
    }
    TcpIpConfig tcpIp = join.getTcpIpConfig();
    tcpIp.setMembers(members).setEnabled(!members.isEmpty());
    join.getMulticastConfig().setEnabled(members.isEmpty());
  }

  /**
   * Each port of an address that a node may listen on: workers and controllers on the published
   * ones, others on the usual ones.
   *
   * <p>On loopback that is how nodes find each other without a list. Multicast on loopback would
   * look at one port alone, but nodes that start in the same moment can miss each other there, and
   * form two clusters; a node that listens before it looks at ports is missed by nobody
   * (docs/adr/0008-discovery-on-loopback.md).
   */
  private static List<String> portsOf(String address, int usualPort, Config config) {
    List<String> ports = new ArrayList<>();
    ports.add(address); // Hazelcast tries as many ports from this node's first one on.
    if (config.getNetworkConfig().getPort() != usualPort) {
      int tries =
          new HazelcastProperties(config.getProperties())
              .getInteger(ClusterProperty.TCP_JOIN_PORT_TRY_COUNT);
      for (int port = usualPort; port < usualPort + tries; port++) {
        ports.add(address + ":" + port);
      }
    }
    for (int i = 0; i < PUBLISHED_PORTS; i++) {
      ports.add(address + ":" + (ClusterOptions.WORKER_PORT + i));
    }
    return ports;
  }

  private static void refuseUnreachable(MemberAddress member, InetAddress host) {
    InetAddress remote = LocalAddresses.resolved(member.host());
    if (host.isLoopbackAddress() && !remote.isLoopbackAddress()) {
      throw new UnusableException(
          "member to join %s: this node listens on %s alone, where nobody there can reach it; add"
                  .formatted(member, host.getHostAddress())
              + " --host with an address of this machine (%s)"
                  .formatted(String.join(", ", LocalAddresses.all())));
    }
  }

  /** Hazelcast would find out, too, but in pages of stack traces. */
  private static void refuseTakenPorts(NetworkConfig network, InetAddress host) {
    int first = network.getPort();
    int last = network.isPortAutoIncrement() ? first + network.getPortCount() - 1 : first;
    for (int port = first; port <= Math.min(last, 65_535); port++) {
      try (ServerSocket _ = new ServerSocket(port, 1, host)) {
        return;
      } catch (IOException _) {
        // Taken: the next one may be free.
      }
    }
    throw new UnusableException(
        "no port from %d to %d of %s is free for the cluster; name another with --cluster-port"
            .formatted(first, Math.min(last, 65_535), host.getHostAddress()));
  }

  /** Whether cluster.xml names another way: then its section on joining stands as it is. */
  private static boolean discoversOtherwise(JoinConfig join) {
    return join.getKubernetesConfig().isEnabled()
        || join.getAwsConfig().isEnabled()
        || join.getGcpConfig().isEnabled()
        || join.getAzureConfig().isEnabled()
        || join.getEurekaConfig().isEnabled()
        || join.getAutoDetectionConfig().isEnabled()
        || join.getDiscoveryConfig().isEnabled();
  }

  private static Config read(Optional<Path> file) {
    String name = file.map(Path::toString).orElse("the program's " + BUNDLED);
    try (InputStream in =
        file.isPresent()
            ? Files.newInputStream(file.get())
            : Settings.class.getResourceAsStream(BUNDLED)) {
      return new XmlConfigBuilder(in).build();
    } catch (IOException e) {
      throw new UnusableException("%s can't be read: %s".formatted(name, e));
    } catch (HazelcastException | IllegalArgumentException e) {
      throw new UnusableException(
          "%s is no configuration of Hazelcast: %s".formatted(name, e.getMessage()));
    }
  }
}
