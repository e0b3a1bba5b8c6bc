package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.clockwork.controller.telemetry.LogReader;
import org.clockwork.controller.telemetry.RequestLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A thousand models on ten GPUs under a steady load; then, for a while, a second client that offers
 * four times as much. What counts is how the first one fares, second by second of arrival, as the
 * controller's request log has it: there each request stands with its gateway and its end.
 */
@Command(name = "thousand-models", mixinStandardHelpOptions = true)
public final class ThousandModels extends ClusterBenchmark {
  private static final String MODEL = "fast_100us";
  private static final double STEADY_PERCENT = 99;
  private static final int RECOVERED_SECONDS = 3;

  @Option(names = "--models", description = "1000.")
  private int models = 1000;

  @Option(names = "--rate", description = "Requests per second of the first client; 2000.")
  private double rate = 2000;

  @Option(names = "--surge-rate", description = "Of the second client; 8000.")
  private double surgeRate = 8000;

  @Option(names = "--settle", description = "Seconds of the first client that don't count; 10.")
  private double settleSeconds = 10;

  @Option(names = "--seconds", description = "Then alone, and again after the second client; 20.")
  private double seconds = 20;

  @Option(names = "--surge", description = "Seconds of the second client; 10.")
  private double surgeSeconds = 10;

  @Option(names = "--gpus", description = "10.")
  private int gpus = 10;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new ThousandModels(), args);
  }

  /** Requests of one gateway that arrived in one second. */
  private static final class Second {
    long arrived;
    long met;

    double percent() {
      return 100.0 * met / arrived;
    }
  }

  @Override
  protected void measure() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "poisson-open-loop %d %.0f --model %s, %d GPUs; then a second client at %.0f/s for %.0f s%n",
        models,
        rate,
        MODEL,
        gpus,
        surgeRate,
        surgeSeconds);
    try (Cluster cluster = new Cluster(policy)) {
      cluster.worker("worker_dummy", "-n", Integer.toString(gpus));
      ClientProcess first = client(cluster, rate, settleSeconds + 2 * seconds + surgeSeconds + 15);
      first.awaitLoad();
      Thread.sleep(Math.round(1_000 * (settleSeconds + seconds)));
      ClientProcess second = client(cluster, surgeRate, surgeSeconds);
      ClientProcess.Result surge = second.result(atMost(surgeSeconds));
      ClientProcess.Result steady =
          first.result(atMost(settleSeconds + 2 * seconds + surgeSeconds));
      cluster.end();
      tell(cluster.logs());
      System.out.printf(
          Locale.ROOT,
          "by the clients' own books: first %.2f%% of %d met%s, second %.2f%% of %d met%s%n",
          steady.metPercent(),
          steady.count("offered"),
          steady.warnings(),
          surge.metPercent(),
          surge.count("offered"),
          surge.warnings());
    }
  }

  private ClientProcess client(Cluster cluster, double perSecond, double forSeconds)
      throws IOException {
    return cluster.client(
        "poisson-open-loop",
        Integer.toString(models),
        text(perSecond),
        "--model",
        MODEL,
        "--duration",
        text(forSeconds));
  }

  private void tell(Path logs) throws IOException {
    Map<String, NavigableMap<Long, Second>> byGateway = new LinkedHashMap<>();
    LogReader.requests(logs)
        .read(
            row -> {
              RequestLine line = new RequestLine(row);
              String request = line.requestId();
              String gateway = request.substring(0, request.lastIndexOf('-'));
              Second second =
                  byGateway
                      .computeIfAbsent(gateway, _ -> new TreeMap<>())
                      .computeIfAbsent(line.arrivedNanos() / 1_000_000_000, _ -> new Second());
              second.arrived++;
              second.met += line.met() ? 1 : 0;
            });
    if (byGateway.size() != 2) {
      throw new IOException(
          "the request log has requests of the gateways %s; two clients' are expected"
              .formatted(byGateway.keySet()));
    }
    // The one that came first is the first client's.
    List<NavigableMap<Long, Second>> gateways =
        byGateway.values().stream().sorted(Comparator.comparing(NavigableMap::firstKey)).toList();
    NavigableMap<Long, Second> steady = gateways.getFirst();
    NavigableMap<Long, Second> surge = gateways.getLast();
    table(steady, surge);
    long from = steady.firstKey() + Math.round(settleSeconds);
    // The last second is cut short by the end of the load.
    long last = steady.lastKey() - 1;
    Promises.header();
    Promises.atLeast(
        "met by the first client, alone, after %.0f s".formatted(settleSeconds),
        percent(steady, from, surge.firstKey() - 1),
        STEADY_PERCENT,
        "%");
    Promises.figure(
        "met by the first client during the second one",
        percent(steady, surge.firstKey(), surge.lastKey()),
        "%");
    Promises.figure(
        "met by the first client from 5 s after the second one on",
        percent(steady, surge.lastKey() + 6, last),
        "%");
    Promises.atMost(
        "recovered after", (double) recoverySeconds(steady, surge.lastKey(), last), 5, "s");
  }

  /**
   * Whole seconds after the last of the surge until the first of {@link #RECOVERED_SECONDS} in a
   * row that together are as good as promised; one of them alone says little at this rate.
   */
  private static long recoverySeconds(NavigableMap<Long, Second> steady, long surgeEnd, long last) {
    for (long at = surgeEnd + 1; at + RECOVERED_SECONDS - 1 <= last; at++) {
      if (percent(steady, at, at + RECOVERED_SECONDS - 1) >= STEADY_PERCENT) {
        return at - 1 - surgeEnd;
      }
    }
    return last - surgeEnd;
  }

  /** Of all requests that arrived in these seconds, both ends included. */
  private static double percent(NavigableMap<Long, Second> seconds, long from, long to) {
    long arrived = 0;
    long met = 0;
    for (Map.Entry<Long, Second> each : seconds.entrySet()) {
      if (each.getKey() >= from && each.getKey() <= to) {
        arrived += each.getValue().arrived;
        met += each.getValue().met;
      }
    }
    return 100.0 * met / Math.max(1, arrived);
  }

  private static void table(NavigableMap<Long, Second> steady, NavigableMap<Long, Second> surge) {
    System.out.println("second   first: requests   met %   second: requests   met %");
    long begin = steady.firstKey();
    steady.forEach(
        (at, second) -> {
          Second other = surge.get(at);
          System.out.printf(
              Locale.ROOT,
              "%6d %17d %7.2f %19s %7s%n",
              at - begin,
              second.arrived,
              second.percent(),
              other == null ? "" : Long.toString(other.arrived),
              other == null ? "" : String.format(Locale.ROOT, "%.2f", other.percent()));
        });
  }
}
