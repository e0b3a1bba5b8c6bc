package org.clockwork.gateway.bridge;

import java.util.List;
import org.clockwork.codecs.Addresses;

/**
 * What programs in other languages reach of the event bus, and how much each may ask.
 *
 * @param port of the TCP bridge; 0 takes any free one, -1 leaves it out
 * @param sockJs whether the REST door has the SockJS bridge under {@code /eventbus}
 * @param inbound addresses that clients may send to
 * @param outbound addresses that clients may listen at; one that ends with {@code .*} stands for
 *     all that begin so
 * @param origins from which pages of other servers may use the SockJS bridge
 * @param maxMessageBytes of one message of a client, with the bytes beside it: 4 MiB
 * @param maxConnections open at a time, at both bridges together: 256
 * @param maxRequests of one connection that wait for their replies: 1,000
 * @param maxRegistrations of one connection: 16
 * @param maxUnwrittenBytes that wait for a client to read them: 64 MiB
 */
public record BridgeConfig(
    int port,
    boolean sockJs,
    List<String> inbound,
    List<String> outbound,
    List<String> origins,
    int maxMessageBytes,
    int maxConnections,
    int maxRequests,
    int maxRegistrations,
    long maxUnwrittenBytes) {
  /** No TCP bridge. */
  public static final int NONE = -1;

  private static final int PORT_MAX = 65_535;

  /** At these a question is asked and answered. */
  private static final List<String> PUBLIC =
      List.of(Addresses.INFER, Addresses.MODELS, Addresses.EXPLAIN, Addresses.METRICS);

  static final String ALL_BELOW = "*";

  private static final String TELEMETRY = Addresses.TELEMETRY_PREFIX + ALL_BELOW;

  public static final BridgeConfig DEFAULT =
      new BridgeConfig(
          7000, true, PUBLIC, List.of(TELEMETRY), List.of(), 4 << 20, 256, 1_000, 16, 64L << 20);

  public BridgeConfig {
    inbound = List.copyOf(inbound);
    outbound = List.copyOf(outbound);
    origins = List.copyOf(origins);
    if (port < NONE
        || port > PORT_MAX
        || maxMessageBytes < 1
        || maxConnections < 1
        || maxRequests < 1
        || maxRegistrations < 0
        || maxUnwrittenBytes < 1) {
      throw new IllegalArgumentException(
          ("busPort=%d must be one up to %d, 0 for any or -1 for none; maxBusMessageBytes=%d,"
                  + " maxBusConnections=%d, maxBusRequests=%d and maxBusUnwrittenBytes=%d must be"
                  + " positive, maxBusRegistrations=%d not negative")
              .formatted(
                  port,
                  PORT_MAX,
                  maxMessageBytes,
                  maxConnections,
                  maxRequests,
                  maxUnwrittenBytes,
                  maxRegistrations));
    }
    inbound.forEach(address -> demand(mayTake(address), "busInbound " + unfitInbound(address)));
    outbound.forEach(address -> demand(mayTell(address), "busOutbound " + unfitOutbound(address)));
  }

  private static void demand(boolean claim, String otherwise) {
    if (!claim) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Whether clients can be let send there at all; what is internal never opens. */
  public static boolean mayTake(String address) {
    return PUBLIC.contains(address);
  }

  /** What is told of one where they can't. */
  public static String unfitInbound(String address) {
    return "has '%s', which is no public address: none that is internal can be opened; there are %s"
        .formatted(address, String.join(", ", PUBLIC));
  }

  /**
   * Whether clients can be let listen there at all. Not where questions are answered: some would
   * then go to a client.
   */
  public static boolean mayTell(String address) {
    return address.startsWith(Addresses.TELEMETRY_PREFIX)
        && address.length() > Addresses.TELEMETRY_PREFIX.length()
        && !address.equals(Addresses.METRICS);
  }

  public static String unfitOutbound(String address) {
    return "has '%s', which is not what anybody may listen at; that is %s, or some of it, but for %s"
        .formatted(address, TELEMETRY, Addresses.METRICS);
  }

  public BridgeConfig onPort(int other) {
    return new BridgeConfig(
        other,
        sockJs,
        inbound,
        outbound,
        origins,
        maxMessageBytes,
        maxConnections,
        maxRequests,
        maxRegistrations,
        maxUnwrittenBytes);
  }
}
