package org.clockwork.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clockwork.client.RandomPayloads;
import org.clockwork.client.Report;
import org.clockwork.core.device.Zoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One simulated GPU in real time, ten copies of resnet50_v2, offered a multiple of what the GPU
 * does in full batches of 16.
 */
@Command(name = "overloaded-gpu", mixinStandardHelpOptions = true)
public final class OverloadedGpu implements Runnable {
  private static final String MODEL = "resnet50_v2";
  private static final int COPIES = 10;
  private static final int LARGEST_BATCH = 16;
  private static final double WARM_UP_SECONDS = 3;

  @Option(
      names = "--factors",
      split = ",",
      description = "Offered rates, as shares of the bound; 2.")
  private List<Double> factors = List.of(2.0);

  @Option(names = "--seconds", description = "Measured at each rate; 30.")
  private double seconds = 30;

  @Option(names = "--slo-ms", description = "The objective; 100.")
  private long sloMillis = 100;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  @Option(names = "--policy", description = "default, infer5, flex, nexus or frontrun.")
  private String policy = "default";

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new OverloadedGpu(), args);
  }

  @Override
  public void run() {
    long execNanos = Zoo.find(MODEL).orElseThrow().profile().execNanos().get(LARGEST_BATCH);
    double bound = LARGEST_BATCH * 1e9 / execNanos;
    System.out.printf(
        Locale.ROOT,
        "%d x %s, 1 simulated GPU, bound %.1f/s in batches of %d, policy %s%n",
        COPIES,
        MODEL,
        bound,
        LARGEST_BATCH,
        policy);
    System.out.println(Offered.header("bound/s"));
    try (Server server = Server.with(0, 1, policy, new ArrayList<>(Zoo.models()))) {
      for (double factor : factors) {
        Offered offered =
            new Offered(MODEL, COPIES, factor * bound, sloMillis, WARM_UP_SECONDS, seconds, seed);
        Report report = server.play(offered.plan(), new RandomPayloads(seed));
        System.out.println(offered.row(report, factor, bound));
      }
    } catch (Exception e) {
      throw new IllegalStateException("the load could not be offered: " + e.getMessage(), e);
    }
  }
}
