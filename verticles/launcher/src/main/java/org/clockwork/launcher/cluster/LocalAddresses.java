package org.clockwork.launcher.cluster;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.clockwork.launcher.config.UnusableException;

/** This machine's addresses: what a node can listen on. IPv4, as all that the cluster uses. */
public final class LocalAddresses {
  /** Any port will do: nothing is sent there. */
  private static final int DISCARD_PORT = 9;

  private LocalAddresses() {}

  /** Those of all interfaces that are up; loopback last. */
  public static List<String> all() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(LocalAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet4Address.class::isInstance)
          .sorted(Comparator.comparing(InetAddress::isLoopbackAddress))
          .map(InetAddress::getHostAddress)
          .toList();
    } catch (SocketException e) {
      throw new IllegalStateException("this machine's network interfaces can't be listed", e);
    }
  }

  /**
   * This machine's address that packets to a host leave by. Asks the routing table; sends nothing,
   * but for a look-up where the host is a name.
   *
   * @throws UnusableException the name has no address, or no route leads there
   */
  public static String routeTo(String host) {
    InetAddress remote = resolved(host);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(remote, DISCARD_PORT));
      InetAddress local = socket.getLocalAddress();
      if (local.isAnyLocalAddress()) {
        throw new UnusableException(noRoute(host));
      }
      return local.getHostAddress();
    } catch (IOException e) {
      throw new UnusableException(noRoute(host) + " (" + e.getMessage() + ")");
    }
  }

  /**
   * The address that a node is told to listen on.
   *
   * @throws UnusableException it is none of this machine
   */
  static InetAddress own(String host) {
    InetAddress address = resolved(host);
    if (address.isLoopbackAddress() || all().contains(address.getHostAddress())) {
      return address;
    }
    throw new UnusableException(
        "--host %s is no address of this machine; it has %s"
            .formatted(host, String.join(", ", all())));
  }

  /** The first IPv4 address. */
  static InetAddress resolved(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .filter(Inet4Address.class::isInstance)
          .findFirst()
          .orElseThrow(
              () ->
                  new UnusableException("'%s' has no IPv4 address; expected one".formatted(host)));
    } catch (UnknownHostException e) {
      throw new UnusableException(
          "'%s' is no address, and no name that has one (this machine has %s)"
              .formatted(host, String.join(", ", all())));
    }
  }

  private static String noRoute(String host) {
    return "no route leads from this machine (%s) to %s".formatted(String.join(", ", all()), host);
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp();
    } catch (SocketException e) {
      return false; // It has just gone.
    }
  }
}
