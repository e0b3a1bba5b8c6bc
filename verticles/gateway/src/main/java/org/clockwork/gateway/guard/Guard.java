package org.clockwork.gateway.guard;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.codecs.FileWatch;
import org.clockwork.codecs.tls.Tls;
import org.clockwork.codecs.tls.TlsException;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.tokens.Doorkeeper;
import org.clockwork.gateway.tokens.TokensException;

/** Keys and tokens of all doors of a gateway, as they stand in their files at any time. */
public final class Guard {
  private static final List<String> HTTP_2 = List.of("h2", "http/1.1");

  private final DoorSafety safety;
  private final Optional<Tls> tls;
  private final Doorkeeper doorkeeper;

  private Guard(DoorSafety safety, Optional<Tls> tls, Doorkeeper doorkeeper) {
    this.safety = safety;
    this.tls = tls;
    this.doorkeeper = doorkeeper;
  }

  public static Guard of(DoorSafety safety) throws TlsException, TokensException {
    Optional<Tls> tls =
        safety.tls().isPresent() ? Optional.of(Tls.of(safety.tls().get())) : Optional.empty();
    Doorkeeper doorkeeper =
        safety.tokens().isPresent() ? Doorkeeper.of(safety.tokens().get()) : Doorkeeper.open();
    return new Guard(safety, tls, doorkeeper);
  }

  public DoorSafety safety() {
    return safety;
  }

  public Doorkeeper doorkeeper() {
    return doorkeeper;
  }

  /**
   * A server's options with this.
   *
   * @param http2 whether clients may agree on it
   */
  public HttpServerOptions over(HttpServerOptions options, boolean http2) {
    tls.ifPresent(encryption -> encryption.over(options).setUseAlpn(http2));
    return options;
  }

  /** The same for one that doesn't speak HTTP. */
  public NetServerOptions over(NetServerOptions options) {
    tls.ifPresent(encryption -> encryption.over(options));
    return options;
  }

  /** Has the server, which listens, begin anew with each new certificate. */
  public void renew(NetServer server) {
    tls.ifPresent(
        encryption -> encryption.renew(() -> server.updateSSLOptions(encryption.server(), true)));
  }

  /** Has the server, which listens, begin anew with each new certificate. */
  public void renew(HttpServer server, boolean http2) {
    tls.ifPresent(
        encryption ->
            encryption.renew(
                () -> {
                  ServerSSLOptions options = encryption.server();
                  if (http2) {
                    options.setUseAlpn(true).setApplicationLayerProtocols(HTTP_2);
                  }
                  return server.updateSSLOptions(options, true);
                }));
  }

  /** What an operator should know: who comes in, and whether others can read along. */
  public String described() {
    return "%s, %s"
        .formatted(
            tls.map(
                    encryption ->
                        "encrypted as %s%s"
                            .formatted(
                                encryption.described(),
                                encryption.files().mutual() ? ", clients show certificates" : ""))
                .orElse("in the clear"),
            doorkeeper.asks()
                ? doorkeeper.described()
                : "without tokens, so that who reaches them may do everything");
  }

  /** Looks at the files whenever they change, for as long as it is deployed. */
  public VerticleBase watch(Consumer<String> lines) {
    return new Watching(lines);
  }

  private final class Watching extends VerticleBase {
    private final Consumer<String> lines;
    private Optional<FileWatch> watch = Optional.empty();

    Watching(Consumer<String> lines) {
      this.lines = lines;
    }

    @Override
    public Future<?> start() {
      List<Path> files = new ArrayList<>();
      tls.ifPresent(encryption -> files.addAll(encryption.files().all()));
      safety.tokens().ifPresent(files::add);
      if (!files.isEmpty()) {
        try {
          watch = Optional.of(FileWatch.of(files, this::reload));
        } catch (IOException e) {
          lines.accept("New tokens and certificates of doors are seen after a restart alone: " + e);
        }
      }
      return Future.succeededFuture();
    }

    private void reload() {
      tls.ifPresent(encryption -> encryption.reload(lines));
      doorkeeper.reload(lines);
    }

    @Override
    public Future<?> stop() {
      watch.ifPresent(FileWatch::close);
      return Future.succeededFuture();
    }
  }
}
