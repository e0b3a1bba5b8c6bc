package org.clockwork.benchmarks.cluster;

import java.time.Duration;
import org.clockwork.benchmarks.Programs;
import picocli.CommandLine.Option;

/** What the benchmarks of separate processes have in common: how long, and under which policy. */
abstract class ClusterBenchmark implements Runnable {
  /** Until a load is over: starting, loading a thousand models, and everything to be answered. */
  private static final Duration AROUND_A_LOAD = Duration.ofMinutes(5);

  @Option(names = "--policy", description = "default, infer5, flex, nexus or frontrun.")
  protected String policy = "default";

  /** One measurement, from the first process to the last line. */
  protected abstract void measure() throws Exception;

  /** Runs it as a program with options. */
  static void run(ClusterBenchmark benchmark, String[] args) {
    Programs.run(benchmark, args);
  }

  @Override
  public void run() {
    try {
      measure();
    } catch (Exception e) {
      throw new IllegalStateException("it could not be measured: " + e.getMessage(), e);
    }
  }

  /** A load of so many seconds, and what goes around it. */
  protected static Duration atMost(double seconds) {
    return AROUND_A_LOAD.plusMillis(Math.round(seconds * 1_000));
  }

  protected static String text(double number) {
    return Double.toString(number);
  }
}
