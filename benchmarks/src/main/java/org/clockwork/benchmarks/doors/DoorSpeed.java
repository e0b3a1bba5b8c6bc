package org.clockwork.benchmarks.doors;

import java.util.List;
import org.clockwork.benchmarks.Programs;
import org.clockwork.benchmarks.oip.Door;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the doors add to a request's time, and how many requests come through them. */
@Command(name = "doors", mixinStandardHelpOptions = true)
public final class DoorSpeed implements Runnable {
  @Option(names = "--rounds", description = "Requests by each way, for the latency; 5000.")
  private int rounds = 5_000;

  @Option(names = "--warmup-rounds", description = "Before that; 5000.")
  private int warmUpRounds = 5_000;

  @Option(names = "--seconds", description = "Measured for the rate of each door; 10.")
  private double seconds = 10;

  @Option(names = "--warmup", description = "Seconds before that; 15.")
  private double warmUpSeconds = 15;

  @Option(names = "--outstanding", description = "Requests under way; 64.")
  private int outstanding = 64;

  @Option(names = "--gpus", description = "Simulated ones; 2.")
  private int gpus = 2;

  @Option(names = "--doors", split = ",", description = "grpc, rest or both; both.")
  private List<Door> doors = List.of(Door.values());

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new DoorSpeed(), args);
  }

  @Override
  public void run() {
    try {
      if (rounds > 0) {
        new AddedLatency(rounds, warmUpRounds).measure();
      }
      if (seconds > 0) {
        new DoorRate(outstanding, seconds, warmUpSeconds, gpus).measure(doors);
      }
    } catch (Exception e) {
      throw new IllegalStateException("the doors could not be measured: " + e.getMessage(), e);
    }
  }
}
