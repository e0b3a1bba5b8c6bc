package org.clockwork.gateway;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.clockwork.gateway.grpc.GrpcDoor;
import org.clockwork.gateway.oip.ReadingBudget;
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
  public record Open(Optional<Integer> http, Optional<Integer> grpc) {}

  /** Deploys a door on the event loop of that number, counted from 0. */
  public interface Deploying extends BiFunction<Integer, Deployable, Future<?>> {}

  /**
   * @param dice spreads the retries of those who are refused together
   */
  public Doors(GatewayVerticle gateway, DoorsConfig config, RandomGenerator dice) {
    this.gateway = gateway;
    this.config = config;
    this.dice = dice;
    this.budget = new ReadingBudget(config.maxReadingBytes());
  }

  /** Fails with {@link NoDoorException} where it can't listen. */
  public Future<Open> open(int loops, Deploying deploying) {
    return openRest(loops, deploying)
        .compose(http -> openGrpc(loops, deploying).map(grpc -> new Open(http, grpc)));
  }

  private Future<Optional<Integer>> openRest(int loops, Deploying deploying) {
    if (config.httpPort() == DoorsConfig.NONE) {
      return Future.succeededFuture(Optional.empty());
    }
    RestDoor first = rest(config);
    return each(
            loops,
            deploying,
            first,
            // The first one knows the port by now, also where any was wanted.
            () -> rest(config.onPorts(first.port(), config.grpcPort())),
            cause -> NoDoorException.http(config, cause))
        .map(_ -> Optional.of(first.port()));
  }

  private Future<Optional<Integer>> openGrpc(int loops, Deploying deploying) {
    if (config.grpcPort() == DoorsConfig.NONE) {
      return Future.succeededFuture(Optional.empty());
    }
    GrpcDoor first = grpc(config);
    return each(
            loops,
            deploying,
            first,
            () -> grpc(config.onPorts(config.httpPort(), first.port())),
            cause -> NoDoorException.grpc(config, cause))
        .map(_ -> Optional.of(first.port()));
  }

  private static Future<?> each(
      int loops,
      Deploying deploying,
      Deployable first,
      Supplier<Deployable> next,
      Function<Throwable, NoDoorException> failure) {
    Future<?> opened =
        deploying.apply(0, first).recover(cause -> Future.failedFuture(failure.apply(cause)));
    for (int loop = 1; loop < loops; loop++) {
      int number = loop;
      opened = opened.compose(_ -> deploying.apply(number, next.get()));
    }
    return opened;
  }

  private RestDoor rest(DoorsConfig where) {
    return new RestDoor(gateway, where, budget, httpConnections, dice);
  }

  private GrpcDoor grpc(DoorsConfig where) {
    return new GrpcDoor(gateway, where, grpcConnections);
  }
}
