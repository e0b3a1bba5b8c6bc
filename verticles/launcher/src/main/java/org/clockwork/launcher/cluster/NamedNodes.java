package org.clockwork.launcher.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The nodes that a published command line names: {@code HOST:PORT}, one word each, or several in
 * one with commas. They are joined; whoever is there is found as well.
 *
 * @param words how many words of the command line they took
 */
public record NamedNodes(List<String> addresses, int words) {
  public static final NamedNodes NONE = new NamedNodes(List.of(), 0);

  private static final Pattern SHAPE = Pattern.compile("[^:,=]+:[0-9]+(,[^:,=]+:[0-9]+)*");

  /** On this machine the answer is immediate; so long it may take on a busy one. */
  private static final int PROBE_MILLIS = 500;

  public NamedNodes {
    addresses = List.copyOf(addresses);
  }

  /** Those that a list of words begins with. */
  public static NamedNodes leading(List<String> words) {
    List<String> taken = words.stream().takeWhile(word -> SHAPE.matcher(word).matches()).toList();
    return new NamedNodes(
        taken.stream().flatMap(word -> Arrays.stream(word.split(",", -1))).toList(), taken.size());
  }

  /** For messages: their names, or something else where there are none. */
  public String orElse(String nothing) {
    return addresses.isEmpty() ? nothing : String.join(", ", addresses);
  }

  /**
   * The options with which they are reached: a node of another machine only from an address that
   * leads there. A name of this very machine is not another machine: unless something listens at
   * its address, its nodes are on loopback.
   *
   * @param lines hears when that makes the node listen on a network
   */
  ClusterOptions reachedWith(ClusterOptions options, Consumer<String> lines) {
    ClusterOptions reaching = options;
    List<String> members = new ArrayList<>(options.members());
    for (String address : addresses) {
      MemberAddress member = MemberAddress.of(address);
      InetAddress remote = LocalAddresses.resolved(member.host());
      String numbered = remote.getHostAddress() + ":" + member.port().orElseThrow();
      if (remote.isLoopbackAddress()) {
        members.add(numbered);
      } else if (isHereOnLoopback(remote, member)) {
        lines.accept(
            "%s is this machine, and nobody listens there; staying on %s"
                .formatted(member, options.host()));
      } else {
        members.add(numbered);
        reaching = reaching.listeningOn(LocalAddresses.routeTo(member.host()));
        lines.accept(
            "Listening on %s, by which this machine reaches %s; --host names another address"
                .formatted(reaching.host(), member));
      }
    }
    return reaching.joining(members);
  }

  private static boolean isHereOnLoopback(InetAddress remote, MemberAddress member) {
    if (!LocalAddresses.all().contains(remote.getHostAddress())) {
      return false;
    }
    try (Socket probe = new Socket()) {
      probe.connect(new InetSocketAddress(remote, member.port().orElseThrow()), PROBE_MILLIS);
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
