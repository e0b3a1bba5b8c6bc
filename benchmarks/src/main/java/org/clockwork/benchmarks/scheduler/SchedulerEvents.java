package org.clockwork.benchmarks.scheduler;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Events per second of the scheduler on one thread, by size of cluster and load. {@link #scheduler}
 * includes the closed world around it, whose own cost is {@link #closedWorldAlone}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SchedulerEvents {

  /** Where one benchmark thread is measured. */
  @State(Scope.Thread)
  public static class Setting {
    /** Models x GPUs. */
    @Param({"10x1", "64x1", "400x12", "4000x12", "4000x50", "4000x200", "10x200"})
    public String cell;

    /** Requests offered, as a multiple of what the GPUs could do if all batches were full. */
    @Param({"0.8", "1.5"})
    public double load;

    @Param("infer5")
    public String policy;
  }

  /** A cluster under the production scheduler. */
  @State(Scope.Thread)
  public static class Scheduled {
    private ClosedWorld world;

    @Setup(Level.Trial)
    public void settle(Setting setting) {
      world = ClosedWorld.scheduled(Cell.parse(setting.cell), setting.load, setting.policy);
    }
  }

  /** The same cluster without a scheduler. */
  @State(Scope.Thread)
  public static class Unscheduled {
    private ClosedWorld world;

    @Setup(Level.Trial)
    public void settle(Setting setting) {
      world = ClosedWorld.unscheduled(Cell.parse(setting.cell), setting.load);
    }
  }

  @Benchmark
  public void scheduler(Scheduled scheduled) {
    scheduled.world.step();
  }

  @Benchmark
  public void closedWorldAlone(Unscheduled unscheduled) {
    unscheduled.world.step();
  }

  /** Takes JMH's own options. */
  public static void run(String[] args) throws Exception {
    new Runner(
            new OptionsBuilder()
                .parent(new CommandLineOptions(args))
                .include(SchedulerEvents.class.getName())
                .build())
        .run();
  }
}
