package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.clockwork.gateway.DoorLimits;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.test.attack.RawDoor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Thousands of connections that say what nobody should, to both doors of a gateway that runs: each
 * is answered clearly or ended, the gateway stays as it was, and a client that behaves has all of
 * its answers meanwhile.
 */
@Timeout(180)
class DoorAttackTest {
  private static final int WARM_UP = 300;
  private static final int CASES = 1_500;
  private static final int AT_ONCE = 16;
  private static final long HEAP_BYTES_MAX = 48L << 20;
  private static final long DIRECT_BYTES_MAX = 64L << 20;

  private final ConcurrentLinkedQueue<String> logged = new ConcurrentLinkedQueue<>();
  private final Handler log =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
            note(line);
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private FakeCluster cluster;
  private Doors.Open open;

  @BeforeEach
  void start() throws Exception {
    Logger.getLogger("").addHandler(log);
    cluster = new FakeCluster();
    open =
        cluster.open(
            DoorsConfig.DEFAULT
                .with(new DoorLimits(1 << 20, 64 << 10, 4 << 20, 200))
                .with(DoorSafety.DEFAULT.within(60, 1)));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
    Logger.getLogger("").removeHandler(log);
  }

  @Test
  void restAnswersClearlyWhateverItIsSentAndServesOthers() throws Exception {
    attack(new RawDoor.Http(open.http().orElseThrow()));
  }

  @Test
  void theTcpBridgeToo() throws Exception {
    attack(new RawDoor.Bus(open.bus().orElseThrow()));
  }

  @Test
  void andTheBridgeByWebSocket() throws Exception {
    attack(new RawDoor.WebSocket(open.http().orElseThrow()));
  }

  @Test
  void grpcEndsWhateverIsNoCallAndServesOthers() throws Exception {
    attack(new RawDoor.Http2(open.grpc().orElseThrow()));
  }

  /**
   * But for what says that this machine is slow, what conf/logging.properties silences, and what
   * Vert.x's own servers stumble over when a stream has gone, and go on.
   */
  private void note(LogRecord line) {
    Throwable thrown = line.getThrown();
    String logger = String.valueOf(line.getLoggerName());
    boolean slow = logger.contains("BlockedThreadChecker");
    boolean reset =
        String.valueOf(thrown)
            .matches(
                ".*(Cannot read field .context.|this\\.val.promise|The stream (has been closed|is"
                    + " failed)).*");
    boolean silenced = logger.equals("io.vertx.core.net.impl.ConnectionBase");
    if (!slow && !reset && !silenced) {
      logged.add(
          "%s: %s %s %s"
              .formatted(
                  line.getLoggerName(),
                  line.getMessage(),
                  thrown,
                  thrown == null
                      ? ""
                      : List.of(thrown.getStackTrace()).stream()
                          .filter(frame -> frame.getClassName().contains("clockwork"))
                          .findFirst()));
    }
  }

  private void attack(RawDoor door) throws Exception {
    carryOut(door, 0, WARM_UP);
    long heap = heap();
    long direct = direct();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger served = new AtomicInteger();
    try (ExecutorService steady = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> client = steady.submit(() -> serve(over, served));
      try {
        carryOut(door, WARM_UP, CASES);
      } finally {
        over.set(true);
      }
      client.get();
    }
    assertTrue(served.get() > 0);
    cluster.asked.clear();
    cluster.pushed.clear();
    cluster.cancellations.clear();
    assertTrue(heap() - heap < HEAP_BYTES_MAX, () -> heap + " bytes of heap became " + heap());
    assertTrue(
        direct() - direct < DIRECT_BYTES_MAX, () -> direct + " direct bytes became " + direct());
    assertEquals(List.of(), List.copyOf(logged));
  }

  private static void carryOut(RawDoor door, int from, int to) throws Exception {
    List<Future<?>> cases = new ArrayList<>();
    try (ExecutorService attackers = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int seed = from; seed < to; seed++) {
        int each = seed;
        cases.add(attackers.submit(() -> door.attack(each)));
      }
      for (Future<?> each : cases) {
        each.get();
      }
    }
  }

  /** A client that behaves, for as long as the attack takes. */
  private Void serve(AtomicBoolean over, AtomicInteger served) throws Exception {
    RestClient client = new RestClient(cluster.vertx, open.http().orElseThrow());
    do {
      RestClient.Response response = client.infer("fp32", RestClient.question("FP32", 1, 2, 3, 4));
      assertEquals(200, response.status(), response.body()::toString);
      served.incrementAndGet();
    } while (!over.get());
    return null;
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
