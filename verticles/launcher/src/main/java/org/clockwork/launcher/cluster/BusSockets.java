package org.clockwork.launcher.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.impl.clustered.ClusteredEventBus;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.impl.NetServerInternal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.clockwork.codecs.tls.Tls;

/**
 * The server and the client of the event bus, which Vert.x gives to nobody: neither takes keys that
 * renew themselves, and both can be given new ones, as any other server and client.
 */
final class BusSockets {
  private BusSockets() {}

  /** Has both begin anew with each new certificate. */
  static void renew(Vertx vertx, Tls tls) {
    tls.renew(
        () -> {
          try {
            return Future.join(
                part(vertx, "server", NetServerInternal.class).updateSSLOptions(tls.server(), true),
                part(vertx, "client", NetClient.class).updateSSLOptions(tls.client(), true));
          } catch (ReflectiveOperationException | ClassCastException e) {
            return Future.failedFuture(
                "the event bus keeps the certificate of before until a restart: " + e);
          }
        });
  }

  private static <T> T part(Vertx vertx, String name, Class<T> type)
      throws ReflectiveOperationException {
    VarHandle field =
        MethodHandles.privateLookupIn(ClusteredEventBus.class, MethodHandles.lookup())
            .findVarHandle(ClusteredEventBus.class, name, type);
    return type.cast(field.get(vertx.eventBus()));
  }
}
