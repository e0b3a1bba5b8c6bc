package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether tensors by-pass the controller: the same requests at the same rate, once without inputs
 * and once with 602 kB each, and the bytes that each process moves. Counted are all bytes of read
 * and write calls (/proc/PID/io): on loopback no interface tells processes apart, and a socket's
 * own counters go with the socket. Logs are in it; they are the same in both runs.
 */
@Command(name = "network", mixinStandardHelpOptions = true)
public final class ControllerBytes extends ClusterBenchmark {
  private static final String MODEL = "resnet50_v2_readme";
  private static final double INPUT_BYTES = 602_112;

  /** Of an input: what may come of counting, heartbeats and logs. */
  private static final double GROWTH_PERCENT_MAX = 0.1;

  @Option(names = "--rate", description = "Requests per second; 200.")
  private double rate = 200;

  @Option(names = "--seconds", description = "Measured, each time; 15.")
  private double seconds = 15;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new ControllerBytes(), args);
  }

  /**
   * Bytes for each request, sent and received.
   *
   * @param succeededShare of the requests; a refused one's input never leaves its gateway
   */
  private record Moved(double controller, double worker, double client, double succeededShare) {}

  @Override
  protected void measure() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "poisson-open-loop 2 %.0f --model %s, worker_dummy -n 2, for %.0f s each%n",
        rate,
        MODEL,
        seconds);
    Moved without = moved(false);
    Moved with = moved(true);
    System.out.printf(
        Locale.ROOT,
        "succeeded: %.1f%% without inputs, %.1f%% with%n",
        100 * without.succeededShare,
        100 * with.succeededShare);
    System.out.println("bytes sent and received for each request   no input   602 kB input");
    row("controller", without.controller, with.controller);
    row("worker_dummy", without.worker, with.worker);
    row("client, with its gateway", without.client, with.client);
    Promises.header();
    Promises.atMost(
        "the controller's growth, of an input's size",
        100 * (with.controller - without.controller) / INPUT_BYTES,
        GROWTH_PERCENT_MAX,
        "%");
    // Else nothing was measured: what the client sends has to be seen.
    Promises.atLeast(
        "the client's growth, of the inputs of what succeeded",
        100 * (with.client - without.client) / (INPUT_BYTES * with.succeededShare),
        95,
        "%");
  }

  private Moved moved(boolean inputs) throws Exception {
    try (Cluster cluster = new Cluster(policy)) {
      if (!inputs) {
        cluster.withoutInputs();
      }
      RoleProcess worker = cluster.worker("worker_dummy", "-n", "2");
      ClientProcess client =
          cluster.client(
              "poisson-open-loop", "2", text(rate), "--model", MODEL, "--duration", text(seconds));
      client.awaitLoad();
      List<RoleProcess> roles = List.of(cluster.controller(), worker, client.role());
      List<Map<String, Long>> before = sockets(roles);
      long begunNanos = System.nanoTime();
      // Inside the load, so that its begin and its end are in neither of the two looks.
      Thread.sleep(Math.round(1_000 * Math.max(0.2, seconds - 2)));
      List<Map<String, Long>> after = sockets(roles);
      double wallSeconds = (System.nanoTime() - begunNanos) / 1e9;
      ClientProcess.Result result = client.result(atMost(seconds));
      double requests = result.perSecond("offered") * wallSeconds;
      return new Moved(
          Sockets.between(before.get(0), after.get(0)) / requests,
          Sockets.between(before.get(1), after.get(1)) / requests,
          Sockets.between(before.get(2), after.get(2)) / requests,
          result.perSecond("succeeded") / result.perSecond("offered"));
    }
  }

  private static List<Map<String, Long>> sockets(List<RoleProcess> roles) throws IOException {
    List<Map<String, Long>> all = new ArrayList<>();
    for (RoleProcess role : roles) {
      all.add(Sockets.bytes(role.pid()));
    }
    return all;
  }

  private static void row(String role, double without, double with) {
    System.out.printf(Locale.ROOT, "%-41s %,8.0f %,14.0f%n", role, without, with);
  }
}
