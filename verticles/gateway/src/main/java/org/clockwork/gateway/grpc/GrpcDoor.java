package org.clockwork.gateway.grpc;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.Service;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.sharedmemory.SharedMemory;

/**
 * The Open Inference Protocol over gRPC. Several of these, each on an event loop of its own, share
 * the port; Vert.x deals the connections out among them.
 */
public final class GrpcDoor extends VerticleBase {
  /** Stopping lets replies that are due be written for so long. */
  private static final long DRAIN_SECONDS = 10;

  /** Calls under way on one connection. */
  private static final int STREAMS_MAX = 1_000;

  /** What may be under way in the network: with HTTP's usual 64 KiB an image takes ten rounds. */
  private static final int WINDOW_BYTES = 1 << 20;

  private final GatewayVerticle gateway;
  private final DoorsConfig config;
  private final SharedMemory memory;
  private final AtomicInteger connections;
  private HttpServer server;

  /**
   * @param memory shared by all doors of the gateway
   * @param connections open now, counted by all doors of this kind together
   */
  public GrpcDoor(
      GatewayVerticle gateway, DoorsConfig config, SharedMemory memory, AtomicInteger connections) {
    this.gateway = gateway;
    this.config = config;
    this.memory = memory;
    this.connections = connections;
  }

  @Override
  public Future<?> start() {
    GrpcServer grpc =
        GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(config.maxBodyBytes()));
    Gate gate = new Gate(gateway, context);
    Decoding decoding = new Decoding(config.maxBodyBytes());
    Service inferences =
        new InferenceService(gate, decoding, new SharedMemoryCalls(vertx, memory, decoding))
            .service();
    grpc.addService(inferences);
    grpc.addService(
        new Health(vertx, gate, decoding, inferences.name().fullyQualifiedName()).service());
    grpc.addService(ReflectionService.v1());
    OlderReflection.bindTo(grpc);
    server =
        vertx
            .createHttpServer(options())
            .connectionHandler(
                connection -> {
                  if (connections.incrementAndGet() > config.maxConnections()) {
                    connection.close();
                  }
                  connection.closeHandler(_ -> connections.decrementAndGet());
                })
            .requestHandler(grpc);
    return server.listen(config.grpcPort(), config.host());
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setTcpNoDelay(true)
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
