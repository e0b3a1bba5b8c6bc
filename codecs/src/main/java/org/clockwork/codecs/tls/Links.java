package org.clockwork.codecs.tls;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Optional;

/**
 * How the processes of a cluster connect to each other beside the event bus: as the event bus of
 * their Vert.x does, which has it from here, in the clear or encrypted with both ends checked.
 */
public final class Links {
  private static final String MAP = "clockwork";
  private static final String KEY = "links";

  private Links() {}

  private record Protection(Tls tls) implements Shareable {}

  /** From now on everything that is made for this Vert.x is encrypted. */
  public static void encrypt(Vertx vertx, Tls tls) {
    protections(vertx).put(KEY, new Protection(tls));
  }

  public static NetServer server(Vertx vertx, NetServerOptions options) {
    Optional<Tls> tls = tls(vertx);
    if (tls.isEmpty()) {
      return vertx.createNetServer(options);
    }
    NetServer server = vertx.createNetServer(tls.get().over(options));
    tls.get().renew(() -> server.updateSSLOptions(tls.get().server(), true));
    return server;
  }

  public static NetClient client(Vertx vertx, NetClientOptions options) {
    Optional<Tls> tls = tls(vertx);
    if (tls.isEmpty()) {
      return vertx.createNetClient(options);
    }
    NetClient client = vertx.createNetClient(tls.get().over(options));
    tls.get().renew(() -> client.updateSSLOptions(tls.get().client(), true));
    return client;
  }

  private static Optional<Tls> tls(Vertx vertx) {
    return Optional.ofNullable(protections(vertx).get(KEY)).map(Protection::tls);
  }

  private static LocalMap<String, Protection> protections(Vertx vertx) {
    return vertx.sharedData().getLocalMap(MAP + "." + KEY);
  }
}
