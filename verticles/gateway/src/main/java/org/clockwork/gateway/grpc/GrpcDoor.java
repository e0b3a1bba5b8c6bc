package org.clockwork.gateway.grpc;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.Service;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.guard.Guard;
import org.clockwork.gateway.guard.Patience;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.tokens.Bearer;

/**
 * The Open Inference Protocol over gRPC. Several of these, each on an event loop of its own, share
 * the port; Vert.x deals the connections out among them.
 */
public final class GrpcDoor extends VerticleBase {
  private static final System.Logger LOG = System.getLogger(GrpcDoor.class.getName());

  /** Stopping lets replies that are due be written for so long. */
  private static final long DRAIN_SECONDS = 10;

  /** Calls under way on one connection. */
  private static final int STREAMS_MAX = 1_000;

  /** What may be under way in the network: with HTTP's usual 64 KiB an image takes ten rounds. */
  private static final int WINDOW_BYTES = 1 << 20;

  private final GatewayVerticle gateway;
  private final DoorsConfig config;
  private final SharedMemory memory;
  private final ReadingBudget budget;
  private final AtomicInteger connections;
  private final Guard guard;
  private HttpServer server;

  /**
   * @param budget shared by all doors of the gateway, as is {@code memory}
   * @param connections open now, counted by all doors of this kind together
   */
  public GrpcDoor(
      GatewayVerticle gateway,
      DoorsConfig config,
      ReadingBudget budget,
      SharedMemory memory,
      AtomicInteger connections,
      Guard guard) {
    this.gateway = gateway;
    this.config = config;
    this.budget = budget;
    this.memory = memory;
    this.connections = connections;
    this.guard = guard;
  }

  @Override
  public Future<?> start() {
    GrpcServer grpc =
        GrpcServer.server(
            vertx, new GrpcServerOptions().setMaxMessageSize(config.limits().maxBodyBytes()));
    Gate gate = new Gate(gateway, context);
    Decoding decoding = new Decoding(config.limits().maxBodyBytes());
    Service inferences =
        new InferenceService(gate, decoding, new SharedMemoryCalls(vertx, memory, decoding))
            .service();
    grpc.addService(inferences);
    grpc.addService(
        new Health(vertx, gate, decoding, inferences.name().fullyQualifiedName()).service());
    grpc.addService(ReflectionService.v1());
    OlderReflection.bindTo(grpc);
    Patience patience = new Patience(vertx);
    server =
        vertx
            .createHttpServer(guard.over(options(), true))
            .connectionHandler(
                connection -> {
                  stayOpen(connection);
                  connection.exceptionHandler(GrpcDoor::tell);
                  if (connections.incrementAndGet() > config.limits().maxConnections()) {
                    connection.close();
                  }
                  connection.closeHandler(_ -> connections.decrementAndGet());
                })
            .requestHandler(call -> admit(call, grpc, patience));
    return server
        .listen(config.ports().grpc(), config.ports().host())
        .onSuccess(listening -> guard.renew(listening, true));
  }

  /** From its headers, before its message is read. */
  private void admit(HttpServerRequest call, GrpcServer grpc, Patience patience) {
    try {
      Methods.refuseMalformed(call.path());
      Bearer bearer =
          guard
              .doorkeeper()
              .admit(
                  Optional.ofNullable(call.getHeader(HttpHeaders.AUTHORIZATION)),
                  Methods.access(call.path()));
      grpc.handle(new MeteredCall(call, bearer, guard.safety(), patience, budget));
    } catch (ComplaintException stranger) {
      Complaints.end(call.response(), ComplaintException.of(stranger));
    }
  }

  /** What is no HTTP/2 is its client's mistake, and has ended its connection. */
  private static void tell(Throwable mistake) {
    LOG.log(Level.DEBUG, "a connection of gRPC ends: {0}", mistake.getMessage());
  }

  /**
   * A connection that has said its first words stays open without a call for as long as its client
   * likes, as gRPC's do; one that never says any has been closed before.
   */
  private static void stayOpen(HttpConnection connection) {
    ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class);
    }
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setTcpNoDelay(true)
        .setIdleTimeout(guard.safety().idleSeconds())
        .setHttp2ConnectionWindowSize(4 * WINDOW_BYTES)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(STREAMS_MAX)
                .setInitialWindowSize(WINDOW_BYTES));
  }

  @Override
  public Future<?> stop() {
    return server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
  }
}
