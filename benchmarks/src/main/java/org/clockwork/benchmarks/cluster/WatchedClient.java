package org.clockwork.benchmarks.cluster;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogManager;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.Inferences;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;

/**
 * A client in this process, with a gateway of its own as the role has, that can say when the
 * requests of one moment had all been answered.
 */
public final class WatchedClient implements AutoCloseable {
  private static final long LONGEST_SECONDS = 3 * 3_600;

  /** Until then at the latest a process that was killed is missed. */
  private static final long NOTICED_NANOS = 1_000_000_000;

  private final Node node;
  private final GatewayVerticle gateway;
  private final Watched watched;
  private String deployment = "";

  private WatchedClient(Node node, GatewayVerticle gateway) {
    this.node = node;
    this.gateway = gateway;
    this.watched = new Watched();
  }

  /** Becomes a member of the cluster of that name. */
  public static WatchedClient join(String cluster) throws Exception {
    logAsTheRolesDo();
    Node node =
        await(
            Node.join(
                ClusterOptions.DEFAULT.named(cluster),
                new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(3),
                _ -> {}));
    long number = await(new Names(node).number("gateways"));
    GatewayVerticle gateway =
        new GatewayVerticle(new GatewayId("G" + number), node.id(), GatewayConfig.DEFAULT);
    await(node.vertx().deployVerticle(gateway, new DeploymentOptions()));
    return new WatchedClient(node, gateway);
  }

  private static void logAsTheRolesDo() throws IOException {
    Path file = Path.of(System.getProperty("clockwork.root", "."), "conf", "logging.properties");
    try (InputStream in = Files.newInputStream(file)) {
      LogManager.getLogManager().readConfiguration(in);
    }
  }

  /** Has the models served and begins; the report comes at the end. */
  public Future<Report> play(LoadPlan plan) throws Exception {
    ClientVerticle client = new ClientVerticle(plan, watched, Payloads.GENERATED, _ -> {});
    deployment = await(node.vertx().deployVerticle(client, new DeploymentOptions()));
    return client.report();
  }

  /** Offers nothing more; the report comes once everything was answered. */
  public void stop() throws Exception {
    await(node.vertx().undeploy(deployment));
  }

  /** From now on it is noted when the requests that are outstanding now are answered. */
  public void mark() {
    watched.mark();
  }

  /**
   * From the mark to the last answer that it concerns: to a request that was outstanding then, or
   * to one that came within the next second and took longer than any before.
   */
  public double millisToLastAffected() {
    return watched.lastNanos.get() / 1e6;
  }

  /** Blocks until it is there. */
  public static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(LONGEST_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    node.leave().toCompletionStage().toCompletableFuture().join();
  }

  /** Passes everything on to the gateway. */
  private final class Watched implements Inferences {
    private final AtomicLong numbers = new AtomicLong();
    private final Set<Long> outstanding = ConcurrentHashMap.newKeySet();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final AtomicLong lastNanos = new AtomicLong();
    private volatile Optional<Mark> mark = Optional.empty();

    private record Mark(long nanos, Set<Long> affected) {}

    void mark() {
      mark = Optional.of(new Mark(System.nanoTime(), Set.copyOf(outstanding)));
    }

    @Override
    public Future<Answer> infer(Submission submission) {
      long number = numbers.incrementAndGet();
      long sentNanos = System.nanoTime();
      outstanding.add(number);
      return gateway.infer(submission).onComplete(_ -> answered(number, sentNanos));
    }

    private void answered(long number, long sentNanos) {
      long nowNanos = System.nanoTime();
      outstanding.remove(number);
      Optional<Mark> marked = mark;
      if (marked.isEmpty()) {
        slowestNanos.accumulateAndGet(nowNanos - sentNanos, Math::max);
      } else if (marked.get().affected().contains(number)
          || (sentNanos < marked.get().nanos() + NOTICED_NANOS
              && nowNanos - sentNanos > slowestNanos.get())) {
        lastNanos.accumulateAndGet(nowNanos - marked.get().nanos(), Math::max);
      }
    }

    @Override
    public Future<List<ModelStatus>> load(String source, int copies) {
      return gateway.load(source, source, copies);
    }
  }
}
