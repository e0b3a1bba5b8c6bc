package org.clockwork.benchmarks.scheduler;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The scheduler's cost per event as one table. Counts the processor time of its one thread, so that
 * other work on the machine does not show; what the garbage collector does beside it is not in.
 */
public final class SchedulerCost {
  private static final double[] LOADS = {0.8, 1.5};
  private static final int STEPS_BETWEEN_LOOKS = 1000;

  private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final double seconds;
  private final String policy;

  private SchedulerCost(double seconds, String policy) {
    this.seconds = seconds;
    this.policy = policy;
  }

  /** What one cell took. */
  private record Cost(ClosedWorld.Census census, long cpuNanos, long allocatedBytes) {
    double nanosPerEvent() {
      return (double) cpuNanos / census.events();
    }
  }

  /**
   * {@code [--seconds N] [--policy NAME] [--cell MODELSxGPUS]}: measures each cell, or that one,
   * for so long.
   */
  public static void run(String[] args) {
    double seconds = 1.5;
    String policy = "infer5";
    List<Cell> cells = Cell.ALL;
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value");
      }
      switch (args[i]) {
        case "--seconds" -> seconds = Double.parseDouble(args[i + 1]);
        case "--policy" -> policy = args[i + 1];
        case "--cell" -> cells = List.of(Cell.parse(args[i + 1]));
        default ->
            throw new IllegalArgumentException(
                "scheduler-cost takes --seconds N, --policy NAME and --cell 400x12, not '"
                    + args[i]
                    + "'");
      }
    }
    new SchedulerCost(seconds, policy).print(cells);
  }

  private void print(List<Cell> cells) {
    // The compiler is done with its work before anything is measured.
    Cell typical = cells.get(cells.size() / 2);
    measure(() -> ClosedWorld.scheduled(typical, 0.8, policy));
    measure(() -> ClosedWorld.unscheduled(typical, 0.8));
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
        100.0 * cost.census().met() / cost.census().offered());
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
