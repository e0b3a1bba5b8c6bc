package org.clockwork.codecs.tls;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Encrypts connections with what some PEM files hold. {@link #reload} looks at them again: servers
 * and clients that have asked for it ({@link #renew}) then begin anew, and forget the sessions that
 * others might resume with a certificate of an authority that has gone; connections that are open
 * stay so. Files that can't be used leave everything as it was.
 */
public final class Tls {
  private final PemFiles files;
  private final List<Supplier<Future<?>>> renewals = new CopyOnWriteArrayList<>();
  private volatile Credentials current;

  private Tls(PemFiles files, Credentials current) {
    this.files = files;
    this.current = current;
  }

  public static Tls of(PemFiles files) throws TlsException {
    return new Tls(files, Credentials.read(files));
  }

  public PemFiles files() {
    return files;
  }

  /** A server's; where there is an authority, clients without a certificate of it are refused. */
  public <O extends NetServerOptions> O over(O options) {
    options.setSsl(true).setKeyCertOptions(current.own());
    if (files.mutual()) {
      options.setTrustOptions(current.others());
      options.setClientAuth(ClientAuth.REQUIRED);
    }
    return options;
  }

  /**
   * A client's, of servers of the same authority. Whoever has a certificate of it is believed,
   * under whatever name: nodes have addresses that change, and the authority is theirs alone.
   */
  public NetClientOptions over(NetClientOptions options) {
    options.setSsl(true).setKeyCertOptions(current.own()).setTrustOptions(current.others());
    return options.setHostnameVerificationAlgorithm("");
  }

  /** Both ends of the event bus. */
  public EventBusOptions over(EventBusOptions options) {
    return options
        .setSsl(true)
        .setKeyCertOptions(current.own())
        .setTrustOptions(current.others())
        .setClientAuth(ClientAuth.REQUIRED);
  }

  /** What a server that runs is given to begin anew. */
  public ServerSSLOptions server() {
    ServerSSLOptions options = new ServerSSLOptions().setKeyCertOptions(current.own());
    return files.mutual()
        ? options.setTrustOptions(current.others()).setClientAuth(ClientAuth.REQUIRED)
        : options;
  }

  /** The same for a client. */
  public ClientSSLOptions client() {
    return new ClientSSLOptions()
        .setKeyCertOptions(current.own())
        .setTrustOptions(current.others())
        .setHostnameVerificationAlgorithm("");
  }

  /**
   * @param renewal run at each change, on the thread that {@link #reload} is called from
   */
  public void renew(Supplier<Future<?>> renewal) {
    renewals.add(renewal);
  }

  /** Looks at the files again, on a thread that may block, and tells in a line what came of it. */
  public void reload(Consumer<String> lines) {
    try {
      if (unchanged(Credentials.content(files))) {
        return;
      }
      current = Credentials.read(files);
      Future.join(renewals.stream().<Future<?>>map(Supplier::get).toList())
          .onSuccess(_ -> lines.accept("New certificate in use: " + described()))
          .onFailure(cause -> lines.accept("New certificate not in use everywhere: " + cause));
    } catch (TlsException e) {
      lines.accept(
          "New certificate not used, the one of before stays (%s): %s"
              .formatted(described(), e.getMessage()));
    }
  }

  private boolean unchanged(List<byte[]> content) {
    return Arrays.deepEquals(content.toArray(), current.content().toArray());
  }

  /** For an operator: {@code CN=node-1, valid until 2027-01-01T00:00:00Z}. */
  public String described() {
    return "%s, valid until %s"
        .formatted(
            current.certificate().getSubjectX500Principal().getName(),
            current.certificate().getNotAfter().toInstant());
  }
}
