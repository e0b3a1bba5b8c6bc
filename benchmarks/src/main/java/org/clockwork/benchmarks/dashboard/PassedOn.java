package org.clockwork.benchmarks.dashboard;

import static org.clockwork.benchmarks.dashboard.Dashboard.await;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Codecs;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.bridge.BridgeConfig;

/** What it takes a gateway to pass the frames of a stream on to one who watches, at their pace. */
final class PassedOn {
  private static final long PERIOD_MILLIS = 200;

  /** Until the code is compiled, frames come faster and over and over. */
  private static final long WARMING_MILLIS = 5;

  private static final int WARMING_ROUNDS = 10;

  private PassedOn() {}

  /**
   * Of the whole process beyond what it takes while next to nothing is told; the reader's side is
   * in it, so it is more than the server's share.
   */
  static double shareOfCore(List<String> lines) throws Exception {
    List<JsonObject> frames = lines.stream().map(JsonObject::new).toList();
    Vertx vertx = Vertx.vertx();
    Codecs.register(vertx.eventBus());
    try {
      GatewayVerticle gateway =
          new GatewayVerticle(new GatewayId("G0"), new NodeId("bench"), GatewayConfig.DEFAULT);
      await(vertx.deployVerticle(gateway));
      int port =
          await(
                  new Doors(
                          gateway,
                          DoorsConfig.DEFAULT.onPorts(0, DoorPorts.NONE, DoorPorts.NONE),
                          BridgeConfig.DEFAULT.onPort(BridgeConfig.NONE),
                          RandomGenerator.getDefault())
                      .open(1, (_, door) -> vertx.deployVerticle(door)))
              .http()
              .orElseThrow();
      HttpClient client = vertx.createHttpClient();
      await(
          client
              .request(HttpMethod.GET, port, "127.0.0.1", "/board/stream")
              .compose(request -> request.send().onSuccess(response -> response.handler(_ -> {}))));
      for (int round = 0; round < WARMING_ROUNDS; round++) {
        publish(vertx, frames, WARMING_MILLIS);
      }
      List<JsonObject> nothing = Collections.nCopies(frames.size(), new JsonObject().put("seq", 0));
      // In this order, what is still being compiled counts against the frames.
      double busy = used(() -> publish(vertx, frames, PERIOD_MILLIS));
      return Math.max(0, busy - used(() -> publish(vertx, nothing, PERIOD_MILLIS)));
    } finally {
      await(vertx.close());
    }
  }

  /** Processor time of the process meanwhile, as a share of the time that it takes. */
  private static double used(Happening happening) throws InterruptedException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long begunNanos = System.nanoTime();
    long usedNanos = system.getProcessCpuTime();
    happening.run();
    return (double) (system.getProcessCpuTime() - usedNanos) / (System.nanoTime() - begunNanos);
  }

  private interface Happening {
    void run() throws InterruptedException;
  }

  private static void publish(Vertx vertx, List<JsonObject> frames, long periodMillis)
      throws InterruptedException {
    CountDownLatch left = new CountDownLatch(frames.size());
    vertx.setPeriodic(
        periodMillis,
        timer -> {
          int next = frames.size() - (int) left.getCount();
          vertx.eventBus().publish(Addresses.BOARD, frames.get(next));
          left.countDown();
          if (left.getCount() == 0) {
            vertx.cancelTimer(timer);
          }
        });
    left.await(10, TimeUnit.MINUTES);
  }
}
