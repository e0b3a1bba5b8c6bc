package org.clockwork.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.clockwork.benchmarks.cluster.Promises;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;

/**
 * What the request and the action log cost while requests end at a steady rate, in batches of four:
 * processor time of the thread that writes them, and of the one that hands events over. The promise
 * is 5 % of a core at 20,000 requests a second, and that nothing is dropped.
 */
public final class LogCost {
  private static final int BATCH = 4;
  private static final long STEP_NANOS = 1_000_000;
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final double SHARE_MAX = 0.05;
  private static final GpuId GPU = new GpuId(new WorkerId("W0"), 0);
  private static final ModelId MODEL = new ModelId(17);
  private static final GatewayId GATEWAY = new GatewayId("G0");

  private LogCost() {}

  /** Takes the rate per second and the seconds, 20000 and 10 unless given. */
  public static void run(String[] args) throws Exception {
    long perSecond = args.length > 0 ? Long.parseLong(args[0]) : 20_000;
    long seconds = args.length > 1 ? Long.parseLong(args[1]) : 10;
    Path folder = Files.createTempDirectory("clockwork-log-cost");
    try {
      measure(perSecond, seconds, folder);
    } finally {
      remove(folder);
    }
  }

  private static void measure(long perSecond, long seconds, Path folder) {
    long begunNanos = System.nanoTime();
    TelemetryLog log =
        new TelemetryLog(LogConfig.DEFAULT.in(folder), begunNanos, System.out::println);
    offer(log, perSecond, 2 * SECOND_NANOS); // Until the code is compiled.
    double writerBefore = writerSeconds();
    double handedOver = offer(log, perSecond, seconds * SECOND_NANOS);
    double share = (writerSeconds() - writerBefore + handedOver) / seconds;
    log.close();
    System.out.printf(
        Locale.ROOT,
        "%,d requests and %,d actions a second for %d s; handing them over takes %.4f of a core%n",
        perSecond,
        perSecond / BATCH,
        seconds,
        handedOver / seconds);
    Promises.header();
    Promises.atMost("logs, of one core", share, SHARE_MAX, "at 20,000 requests a second");
    Promises.atMost("events that are in no log", (double) log.lost(), 0, "");
  }

  /** Offers events in steps of a millisecond; the seconds that the calls took. */
  private static double offer(TelemetryLog log, long perSecond, long nanos) {
    long startNanos = System.nanoTime();
    long inCallsNanos = 0;
    long offered = 0;
    for (long step = 1; step * STEP_NANOS <= nanos; step++) {
      long dueNanos = startNanos + step * STEP_NANOS;
      while (System.nanoTime() < dueNanos) {
        LockSupport.parkNanos(dueNanos - System.nanoTime());
      }
      long upTo = perSecond * (BATCH + 1) / BATCH * step * STEP_NANOS / SECOND_NANOS;
      Telemetry[] events = new Telemetry[Math.toIntExact(upTo - offered)];
      for (int i = 0; i < events.length; i++) {
        events[i] = (offered + i) % (BATCH + 1) == BATCH ? action(dueNanos) : request(dueNanos, i);
      }
      long begun = System.nanoTime();
      for (Telemetry event : events) {
        log.accept(event);
      }
      inCallsNanos += System.nanoTime() - begun;
      offered = upTo;
    }
    return inCallsNanos / 1e9;
  }

  private static Telemetry request(long nowNanos, int number) {
    Request request =
        new Request(
            new RequestId(GATEWAY, number),
            MODEL,
            1,
            nowNanos - 7_654_321,
            100_000_000,
            0,
            Request.DEFAULT_TENANT,
            0,
            new Input.Generated());
    return new Telemetry.RequestEnded(
        nowNanos, request, new Telemetry.Result.Succeeded(BATCH, 3_321_234), 12, 8, false);
  }

  private static Telemetry action(long nowNanos) {
    Span input = new Span(nowNanos - 6_000_000, nowNanos - 5_900_000);
    Span exec = new Span(nowNanos - 5_000_000, nowNanos - 600_000);
    Span output = new Span(nowNanos - 600_000, nowNanos - 500_000);
    Outcome outcome =
        new Outcome.Inferred(
            new ActionId(1, nowNanos),
            input,
            exec,
            output,
            new Outcome.Stamps(nowNanos - 6_100_000, nowNanos - 400_000));
    return new Telemetry.ActionEnded(
        nowNanos,
        Telemetry.ActionType.INFER,
        GPU,
        MODEL,
        BATCH,
        new Telemetry.Prediction(nowNanos - 7_000_000, nowNanos - 5_000_000, 4_400_000),
        outcome,
        BATCH,
        3,
        1);
  }

  private static double writerSeconds() {
    var threads = ManagementFactory.getThreadMXBean();
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().equals("telemetry-log")) {
        return threads.getThreadCpuTime(id) / 1e9;
      }
    }
    throw new IllegalStateException("there is no thread telemetry-log");
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
