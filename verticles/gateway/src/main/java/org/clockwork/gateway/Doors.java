package org.clockwork.gateway;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.clockwork.gateway.grpc.GrpcDoor;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.rest.MetricsPort;
import org.clockwork.gateway.rest.RestDoor;

/**
 * Opens the doors of a gateway for clients of the Open Inference Protocol: of each kind one for
 * every event loop that is meant for doors.
 */
public final class Doors {
  private final GatewayVerticle gateway;
  private final DoorsConfig config;
  private final RandomGenerator dice;
  private final ReadingBudget budget;
  private final AtomicInteger httpConnections = new AtomicInteger();
  private final AtomicInteger grpcConnections = new AtomicInteger();

  /**
   * The ports that they listen on.
   *
   * @param http empty where there is no such door
   */
  public record Open(Optional<Integer> http, Optional<Integer> grpc, Optional<Integer> metrics) {}

  /** Deploys a door on the event loop of that number, counted from 0. */
  public interface Deploying extends BiFunction<Integer, Deployable, Future<?>> {}

  /**
   * @param dice spreads the retries of those who are refused together
   */
  public Doors(GatewayVerticle gateway, DoorsConfig config, RandomGenerator dice) {
    this.gateway = gateway;
    this.config =
        config.onPorts(
            chosen(config.host(), config.httpPort()),
            chosen(config.host(), config.grpcPort()),
            chosen(config.host(), config.metricsPort()));
    this.dice = dice;
    this.budget = new ReadingBudget(config.maxReadingBytes());
  }

  /** Fails with {@link NoDoorException} where it can't listen. */
  public Future<Open> open(int loops, Deploying deploying) {
    return openRest(loops, deploying)
        .compose(
            http ->
                openGrpc(loops, deploying)
                    .compose(
                        grpc ->
                            openMetrics(deploying).map(metrics -> new Open(http, grpc, metrics))));
  }

  /** One is enough: few come, and seldom. */
  private Future<Optional<Integer>> openMetrics(Deploying deploying) {
    return open(
        config.metricsPort(),
        1,
        deploying,
        () -> new MetricsPort(config, dice),
        cause -> NoDoorException.metrics(config, cause));
  }

  private Future<Optional<Integer>> openRest(int loops, Deploying deploying) {
    return open(
        config.httpPort(),
        loops,
        deploying,
        () -> new RestDoor(gateway, config, budget, httpConnections, dice),
        cause -> NoDoorException.http(config, cause));
  }

  private Future<Optional<Integer>> openGrpc(int loops, Deploying deploying) {
    return open(
        config.grpcPort(),
        loops,
        deploying,
        () -> new GrpcDoor(gateway, config, grpcConnections),
        cause -> NoDoorException.grpc(config, cause));
  }

  private static Future<Optional<Integer>> open(
      int port,
      int loops,
      Deploying deploying,
      Supplier<Deployable> door,
      Function<Throwable, NoDoorException> failure) {
    if (port == DoorsConfig.NONE) {
      return Future.succeededFuture(Optional.empty());
    }
    Future<?> opened = Future.succeededFuture();
    for (int loop = 0; loop < loops; loop++) {
      int number = loop;
      opened = opened.compose(_ -> deploying.apply(number, door.get()));
    }
    return opened
        .recover(cause -> Future.failedFuture(failure.apply(cause)))
        .map(_ -> Optional.of(port));
  }

  /** Any free one is chosen here: what shares a port has to know it before it listens. */
  private static int chosen(String host, int port) {
    if (port != 0) {
      return port;
    }
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return probe.getLocalPort();
    } catch (IOException _) {
      return port; // Listening will say what is wrong.
    }
  }
}
