package org.clockwork.codecs.audit;

import io.vertx.core.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * Who asked.
 *
 * @param door by which it came in: {@code rest}, {@code grpc}, {@code bus}, {@code process}
 * @param address where it came from; empty where the door doesn't tell
 * @param token the name of the token that it showed, where it showed one; never the token itself
 */
public record Caller(String door, Optional<String> address, Optional<String> token) {
  /** Some code in this very process, such as the client that it runs. */
  public static final Caller PROCESS = new Caller("process", Optional.empty(), Optional.empty());

  /** Any member of the cluster, and whoever comes by a bridge: messages don't say from where. */
  public static final Caller BUS = new Caller("bus", Optional.empty(), Optional.empty());

  /**
   * @param address null where the connection has gone meanwhile, as Vert.x has it
   */
  public static Caller at(String door, SocketAddress address) {
    return new Caller(door, Optional.ofNullable(address).map(Objects::toString), Optional.empty());
  }

  /** The same, who has shown a token of that name. */
  public Caller with(Optional<String> name) {
    return new Caller(door, address, name);
  }
}
