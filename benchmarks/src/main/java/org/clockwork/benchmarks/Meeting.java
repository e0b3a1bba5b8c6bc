package org.clockwork.benchmarks;

import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.Node;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long processes take to meet on loopback, from the start of their JVM until they know all
 * members: all started in the same moment, and one more that comes when the others are up. The
 * promise: one cluster within 5 s in each of 20 rounds, and 3 s for the last one started.
 */
@Command(name = "meeting", mixinStandardHelpOptions = true)
public final class Meeting implements Runnable {
  private static final long LONGEST_SECONDS = 60;

  @Option(names = "--nodes", description = "That start in the same moment; 4.")
  private int nodes = 4;

  @Option(names = "--rounds", description = "Each with a cluster of its own; 20.")
  private int rounds = 20;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new Meeting(), args);
  }

  @Override
  public void run() {
    List<Double> together = new ArrayList<>();
    List<Double> last = new ArrayList<>();
    int splits = 0;
    for (int round = 0; round < rounds; round++) {
      List<Member> members = new ArrayList<>();
      try {
        String cluster = "meeting-" + UUID.randomUUID();
        for (int i = 0; i < nodes; i++) {
          members.add(Member.start(cluster));
        }
        double slowest = 0;
        for (Member member : members) {
          slowest = Math.max(slowest, member.secondsUntil(nodes));
        }
        together.add(slowest);
        Member newcomer = Member.start(cluster);
        members.add(newcomer);
        last.add(newcomer.secondsUntil(nodes + 1));
      } catch (TimeoutException e) {
        splits++;
        System.out.println("round %d: %s".formatted(round + 1, e.getMessage()));
      } catch (Exception e) {
        throw new IllegalStateException("meeting could not be measured: " + e.getMessage(), e);
      } finally {
        members.forEach(Member::end);
      }
    }
    System.out.println(
        "%d rounds, %d of them without one cluster after %d s"
            .formatted(rounds, splits, LONGEST_SECONDS));
    tell("%d at once, until the last knows all".formatted(nodes), together);
    tell("one more, until it knows all", last);
  }

  private static void tell(String what, List<Double> seconds) {
    if (!seconds.isEmpty()) {
      List<Double> sorted = seconds.stream().sorted().toList();
      System.out.printf(
          Locale.ROOT,
          "%-40s median %.2f s, worst %.2f s%n",
          what,
          sorted.get(sorted.size() / 2),
          sorted.getLast());
    }
  }

  /** A node in a process of its own. */
  static final class Member {
    private final Process process;
    private final long startedNanos;
    private final BufferedReader out;

    private Member(Process process, long startedNanos) {
      this.process = process;
      this.startedNanos = startedNanos;
      this.out = process.inputReader();
    }

    static Member start(String cluster) throws IOException {
      Path root = Path.of(System.getProperty("clockwork.root", "."));
      long startedNanos = System.nanoTime();
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "@" + root.resolve("conf").resolve("jvm.options"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Member.class.getName(),
                  cluster)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Member(process, startedNanos);
    }

    /** The process itself; ends when its standard input does. */
    public static void main(String[] args) throws IOException {
      Node.join(ClusterOptions.DEFAULT.named(args[0]), new VertxOptions(), System.out::println)
          .onFailure(_ -> Runtime.getRuntime().halt(1));
      while (System.in.read() >= 0) {
        // Until the benchmark has gone.
      }
      Runtime.getRuntime().halt(0);
    }

    double secondsUntil(int members) throws Exception {
      CompletableFuture<Long> reached = new CompletableFuture<>();
      Thread.startVirtualThread(() -> read(members, reached));
      try {
        long reachedNanos = reached.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        return (reachedNanos - startedNanos) / 1e9;
      } catch (TimeoutException _) {
        throw new TimeoutException("a node knows no " + members + " members");
      }
    }

    private void read(int members, CompletableFuture<Long> reached) {
      try {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (line.endsWith(members + " members")) {
            reached.complete(System.nanoTime());
            return;
          }
        }
        reached.completeExceptionally(new IOException("a node has ended"));
      } catch (IOException e) {
        reached.completeExceptionally(e);
      }
    }

    void end() {
      process.destroyForcibly().onExit().join();
    }
  }
}
