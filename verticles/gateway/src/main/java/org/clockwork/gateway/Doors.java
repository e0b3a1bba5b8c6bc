package org.clockwork.gateway;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.tls.TlsException;
import org.clockwork.gateway.bridge.Bridge;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.gateway.grpc.GrpcDoor;
import org.clockwork.gateway.guard.Guard;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.rest.MetricsPort;
import org.clockwork.gateway.rest.RestDoor;
import org.clockwork.gateway.rest.RestShared;
import org.clockwork.gateway.sharedmemory.Keeper;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.tokens.TokensException;
import org.clockwork.gateway.upload.Uploads;

/**
 * Opens the doors of a gateway for clients of the Open Inference Protocol, and for those of the
 * event bus that are no members of the cluster: of each kind one for every event loop that is meant
 * for doors.
 */
public final class Doors {
  private final GatewayVerticle gateway;
  private final DoorsConfig config;
  private final Bridge bridge;
  private final RandomGenerator dice;
  private final ReadingBudget budget;
  private final SharedMemory memory;
  private final Uploads uploads;
  private final Consumer<String> lines;
  private final AtomicInteger httpConnections = new AtomicInteger();
  private final AtomicInteger boardStreams = new AtomicInteger();
  private final AtomicInteger grpcConnections = new AtomicInteger();

  /**
   * The ports that they listen on.
   *
   * @param http empty where there is no such door
   * @param bus of the TCP bridge
   */
  public record Open(
      Optional<Integer> http,
      Optional<Integer> grpc,
      Optional<Integer> metrics,
      Optional<Integer> bus) {
    public static final Open NONE =
        new Open(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Deploys a door on the event loop of that number, counted from 0. */
  public interface Deploying extends BiFunction<Integer, Deployable, Future<?>> {}

  /**
   * @param dice spreads the retries of those who are refused together
   */
  public Doors(
      GatewayVerticle gateway, DoorsConfig config, BridgeConfig bridge, RandomGenerator dice) {
    this(gateway, config, bridge, dice, _ -> {});
  }

  /**
   * @param lines gets what an operator should know, on any thread, and may not block
   */
  public Doors(
      GatewayVerticle gateway,
      DoorsConfig config,
      BridgeConfig bridge,
      RandomGenerator dice,
      Consumer<String> lines) {
    DoorPorts ports = config.ports();
    this.gateway = gateway;
    this.config =
        config.onPorts(
            chosen(ports.host(), ports.http()),
            chosen(ports.host(), ports.grpc()),
            chosen(ports.host(), ports.metrics()));
    this.bridge = new Bridge(gateway, bridge.onPort(chosen(ports.host(), bridge.port())));
    this.dice = dice;
    this.lines = lines;
    this.budget = new ReadingBudget(config.limits().maxReadingBytes());
    this.memory = new SharedMemory(config.sharedMemory(), config.limits().maxBodyBytes());
    this.uploads = new Uploads(config.uploads());
  }

  /** Fails with {@link NoDoorException} where it can't listen. */
  public Future<Open> open(int loops, Deploying deploying) {
    Guard guard;
    try {
      guard = Guard.of(config.safety());
    } catch (TlsException | TokensException wrong) {
      return Future.failedFuture(new NoDoorException(wrong.getMessage()));
    }
    return deploying
        .apply(0, new Keeper(memory))
        .compose(_ -> openRest(loops, deploying, guard))
        .compose(
            http ->
                openGrpc(loops, deploying, guard)
                    .compose(
                        grpc ->
                            openMetrics(deploying, guard)
                                .compose(
                                    metrics ->
                                        openBus(loops, deploying, guard)
                                            .map(bus -> new Open(http, grpc, metrics, bus)))))
        .compose(open -> deploying.apply(0, guard.watch(lines)).map(open))
        .onSuccess(_ -> lines.accept(line(guard)));
  }

  /** One is enough: few come, and seldom. */
  private Future<Optional<Integer>> openMetrics(Deploying deploying, Guard guard) {
    return open(
        config.ports().metrics(),
        1,
        deploying,
        () -> new MetricsPort(config, guard, dice),
        cause -> NoDoorException.metrics(config, cause));
  }

  private String line(Guard guard) {
    String host = config.ports().host();
    boolean reachable = !host.startsWith("127.") && !host.equals("localhost");
    return reachable && !guard.doorkeeper().asks()
        ? "WARNING: doors on %s are %s: infer, load and unload; name a file of tokens (--tokens, docs/security.md)"
            .formatted(host, guard.described())
        : "Doors are %s (docs/security.md)".formatted(guard.described());
  }

  private Future<Optional<Integer>> openRest(int loops, Deploying deploying, Guard guard) {
    return open(
        config.ports().http(),
        loops,
        deploying,
        () ->
            new RestDoor(
                new RestShared(
                    gateway,
                    config,
                    bridge,
                    guard,
                    budget,
                    memory,
                    uploads,
                    httpConnections,
                    boardStreams,
                    dice)),
        cause -> NoDoorException.http(config, cause));
  }

  private Future<Optional<Integer>> openGrpc(int loops, Deploying deploying, Guard guard) {
    return open(
        config.ports().grpc(),
        loops,
        deploying,
        () -> new GrpcDoor(gateway, config, budget, memory, grpcConnections, guard),
        cause -> NoDoorException.grpc(config, cause));
  }

  private Future<Optional<Integer>> openBus(int loops, Deploying deploying, Guard guard) {
    return open(
        bridge.config().port(),
        loops,
        deploying,
        () -> bridge.tcp(config.ports().host(), guard),
        cause -> NoDoorException.bus(config.ports().host(), bridge.config().port(), cause));
  }

  private static Future<Optional<Integer>> open(
      int port,
      int loops,
      Deploying deploying,
      Supplier<Deployable> door,
      Function<Throwable, NoDoorException> failure) {
    if (port == DoorPorts.NONE) {
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
