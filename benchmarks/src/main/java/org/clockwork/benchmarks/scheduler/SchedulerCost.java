package org.clockwork.benchmarks.scheduler;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.clockwork.benchmarks.Programs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The scheduler's cost per event as one table. Counts the processor time of its one thread, so that
 * other work on the machine does not show; what the garbage collector does beside it is not in.
 */
@Command(name = "scheduler-cost", mixinStandardHelpOptions = true)
public final class SchedulerCost implements Runnable {
  private static final double[] LOADS = {0.8, 1.5};
  private static final int STEPS_BETWEEN_LOOKS = 1000;

  private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Option(names = "--seconds", description = "Of processor time for each figure; 1.5.")
  private double seconds = 1.5;

  @Option(names = "--policy", description = "infer5 or default; infer5.")
  private String policy = "infer5";

  @Option(
      names = "--cell",
      converter = Cell.FromText.class,
      description = "Only this size, for example 400x12: models x GPUs.")
  private List<Cell> cells = Cell.ALL;

  /** What one cell took. */
  private record Cost(ClosedWorld.Census census, long cpuNanos, long allocatedBytes) {
    double nanosPerEvent() {
      return (double) cpuNanos / census.events();
    }
  }

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new SchedulerCost(), args);
  }

  @Override
  public void run() {
    // The compiler is done with its work before anything is measured.
    Cell typical = cells.get(cells.size() / 2);
    for (double load : LOADS) {
      measure(() -> ClosedWorld.scheduled(typical, load, policy));
      measure(() -> ClosedWorld.unscheduled(typical, load));
    }
    System.out.printf(
        "%6s %5s %5s %11s %9s %9s %9s %10s %8s%n",
        "models",
        "GPUs",
        "load",
        "events/s",
        "ns/event",
        "world ns",
        "B/event",
        "LOADs/1000",
        "met");
    for (double load : LOADS) {
      for (Cell cell : cells) {
        print(cell, load);
      }
    }
  }

  private void print(Cell cell, double load) {
    Cost world = measure(() -> ClosedWorld.unscheduled(cell, load));
    Cost cost = measure(() -> ClosedWorld.scheduled(cell, load, policy));
    double nanos = cost.nanosPerEvent() - world.nanosPerEvent();
    System.out.printf(
        Locale.ROOT,
        "%6d %5d %5.1f %,11.0f %9.0f %9.0f %9.0f %10.1f %7.2f%%%n",
        cell.models(),
        cell.gpus(),
        load,
        1e9 / nanos,
        nanos,
        world.nanosPerEvent(),
        (double) cost.allocatedBytes() / cost.census().events(),
        1000.0 * cost.census().loads() / cost.census().events(),
        100.0 * cost.census().met() / cost.census().ended());
  }

  private Cost measure(Supplier<ClosedWorld> settled) {
    ClosedWorld world = settled.get();
    ClosedWorld.Census before = world.census();
    long allocated = thread.getCurrentThreadAllocatedBytes();
    long began = thread.getCurrentThreadCpuTime();
    long end = began + (long) (seconds * 1e9);
    long now;
    do {
      for (int i = 0; i < STEPS_BETWEEN_LOOKS; i++) {
        world.step();
      }
      now = thread.getCurrentThreadCpuTime();
    } while (now < end);
    return new Cost(
        world.census().since(before),
        now - began,
        thread.getCurrentThreadAllocatedBytes() - allocated);
  }
}
