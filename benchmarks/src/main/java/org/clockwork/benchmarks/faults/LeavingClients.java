package org.clockwork.benchmarks.faults;

import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.Programs;
import org.clockwork.benchmarks.cluster.ClientProcess;
import org.clockwork.benchmarks.cluster.Cluster;
import org.clockwork.benchmarks.cluster.WatchedClient;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Report;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Clients that are killed in the middle of their load, one after the other, beside a steady one:
 * what becomes of the steady one's requests, with and without them. Each of them is a process of
 * its own, so on a small machine the start of their JVMs disturbs more than their going; the
 * comparison is with clients that come in the same way and leave in good order.
 */
@Command(name = "leaving-clients", mixinStandardHelpOptions = true)
public final class LeavingClients implements Runnable {
  @Option(names = "--clients", description = "That are killed, in a row; 1000.")
  private int clients = 1_000;

  @Option(names = "--orderly", description = "That leave in good order, for comparison; 20.")
  private int orderly = 20;

  @Option(names = "--rate", description = "Requests per second of the steady client; 200.")
  private int rate = 200;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new LeavingClients(), args);
  }

  @Override
  public void run() {
    System.out.printf(
        "%-32s %8s %8s %8s %8s %11s%n", "", "offered", "met", "p50 ms", "p99 ms", "unanswered");
    try (Cluster cluster = new Cluster(Policies.DEFAULT).withoutInputs()) {
      cluster.worker("worker_dummy", "-n", "1");
      // Warms up, and isn't counted.
      beside(cluster, () -> TimeUnit.SECONDS.sleep(5));
      tell("nobody else", beside(cluster, () -> TimeUnit.SECONDS.sleep(20)));
      tell(
          orderly + " that leave in good order",
          beside(cluster, () -> comeAndGo(cluster, orderly, false)));
      tell(clients + " that are killed", beside(cluster, () -> comeAndGo(cluster, clients, true)));
    } catch (Exception e) {
      throw new IllegalStateException("the load could not be offered: " + e.getMessage(), e);
    }
  }

  private interface Happening {
    void happens() throws Exception;
  }

  /** The steady client's report of the time in which this happens. */
  private Report beside(Cluster cluster, Happening happening) throws Exception {
    try (WatchedClient steady = WatchedClient.join(cluster.name())) {
      Future<Report> played = steady.play(new LoadPlan(load(rate), Measured.ALL, seed));
      happening.happens();
      steady.stop();
      return WatchedClient.await(played);
    }
  }

  private static void comeAndGo(Cluster cluster, int count, boolean killed) throws Exception {
    for (int i = 0; i < count; i++) {
      ClientProcess client = cluster.client("poisson-open-loop", "1", "50");
      client.awaitLoad(); // A second of it is over, the next has begun.
      if (killed) {
        client.role().kill();
      } else {
        client.role().close();
      }
    }
  }

  private static Workload load(int perSecond) {
    return Workloads.named(
        "poisson-open-loop", List.of("1", Integer.toString(perSecond)), Choices.PUBLISHED);
  }

  private static void tell(String beside, Report report) {
    var totals = report.totals();
    var latency = report.json().getJsonObject("latency_ms");
    System.out.printf(
        Locale.ROOT,
        "%-32s %8d %7.2f%% %8.2f %8.2f %11d%n",
        beside,
        totals.offered(),
        100.0 * totals.met() / totals.offered(),
        latency.getDouble("p50"),
        latency.getDouble("p99"),
        totals.unanswered());
  }
}
