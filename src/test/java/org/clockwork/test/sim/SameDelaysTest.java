package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.record.Recording;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.Executor;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Legs;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.sim.World;
import org.clockwork.core.worker.Task;
import org.clockwork.core.workload.Measured;
import org.clockwork.experiments.Cell;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Measurement;
import org.clockwork.experiments.Selection;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.clockwork.launcher.replay.RecordedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever simulates an experiment within the delays of a recorded run of it comes to what that run
 * came to, though its requests and batches come at other moments. The recorded run is simulated
 * here too, on a machine with the faults of live ones.
 */
final class SameDelaysTest {
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000 * MICROS;
  private static final long SECOND = 1_000 * MILLIS;

  /** By so much may they differ. */
  private static final double SHARE = 0.02;

  private static final GatewayId CLIENT = new GatewayId("client");

  @TempDir Path folder;

  @Test
  void aQuietMachinesClosedLoopsComeToTheSame() throws Exception {
    assertSame("E1", "slo_ms=50", 0, 1);
  }

  @Test
  void soDoThoseOfAMachineThatStandsStillNowAndThen() throws Exception {
    assertSame("E1", "slo_ms=50", 10 * MILLIS, 1);
    assertSame("E1", "slo_ms=250", 10 * MILLIS, 1);
  }

  /** What it comes to hangs on when it stands still: of several runs the mean is the same. */
  @Test
  void soDoesAnOverloadedGpu() throws Exception {
    assertSame("E7", "load_factor=1", 10 * MILLIS, 8);
    assertSame("E7", "load_factor=4", 10 * MILLIS, 8);
  }

  @Test
  void soDoTightObjectivesOnSixGpus() throws Exception {
    assertSame("E3", "slo_ms=22.02188,rate_per_s=2400,models=12", 4 * MILLIS, 1);
  }

  private void assertSame(String name, String point, long standstillNanos, int seeds)
      throws Exception {
    double recorded = 0;
    double again = 0;
    for (int seed = 1; seed <= seeds; seed++) {
      Setting setting = setting(name, point, seed).measured(Measurement.of(SECOND, 9 * SECOND));
      Path file = folder.resolve("%s-%s-%d.rec".formatted(name, point, seed));
      recorded += recorded(setting, new Machine(standstillNanos), file, seed) / seeds;
      again +=
          Trial.within(
                      run(file).surroundings(Trial.JOINED_NANOS),
                      setting,
                      Policies.named("default"),
                      seed)
                  .last()
                  .all()
                  .goodputPerSecond()
              / seeds;
    }
    assertEquals(recorded, again, SHARE * recorded, "%s %s".formatted(name, point));
  }

  private static Setting setting(String name, String point, int seed) {
    Experiment experiment = Experiments.named(List.of(name)).getFirst();
    Selection selection = Selection.of(List.of(point.split(",")), List.of(experiment));
    List<Cell> cells = experiment.cells(Extent.WHOLE).stream().filter(selection::takes).toList();
    assertEquals(1, cells.size());
    return cells.getFirst().setting().apply(seed);
  }

  /** Requests per second that were met. */
  private static double recorded(Setting setting, Machine machine, Path file, int seed)
      throws Exception {
    try (RecordedWorld recorded = new RecordedWorld(file, SchedulerConfig.DEFAULT, "default")) {
      World world =
          new World(
              seed + 1,
              machine.conditions(),
              SchedulerConfig.DEFAULT,
              Policies.named("default"),
              recorded.chronicle(),
              new Witness() {},
              machine);
      world.startWorker(
          new WorkerId("w"),
          setting.machines().getFirst().gpus(),
          setting.machines().getFirst().sources(),
          machine.disturbance(world));
      Measured measured =
          new Measured(setting.measurement().warmUpNanos(), setting.measurement().nanos());
      long beginNanos = 37 * MILLIS;
      world.at(
          beginNanos,
          () ->
              world.startClient(
                  CLIENT,
                  setting.parties().getFirst().workload(),
                  measured,
                  Trial.clientSeed(seed, 0)));
      world.runUntil(beginNanos + measured.runNanos());
      world.drain(SECOND);
      return world.totals(CLIENT).met() / (setting.measurement().nanos() / 1e9);
    }
  }

  private static RecordedRun run(Path file) throws Exception {
    try (Recording recording = Recording.open(file)) {
      return RecordedRun.read(recording, _ -> {});
    }
  }

  /** Everything is a little late, and now and then nothing happens for a while. */
  private static final class Machine implements Tap {
    private static final long BETWEEN_STANDSTILLS_NANOS = 150 * MILLIS;
    private static final long RUN_NANOS = 6 * SECOND;

    /** Ends by begins. */
    private final NavigableMap<Long, Long> standstills = new TreeMap<>();

    private final SplittableRandom chance = new SplittableRandom(3);

    Machine(long standstillNanosMax) {
      long nanos = 0;
      while (standstillNanosMax > 0 && nanos < RUN_NANOS) {
        nanos += 1 + chance.nextLong(2 * BETWEEN_STANDSTILLS_NANOS);
        long endNanos = nanos + chance.nextLong(standstillNanosMax);
        standstills.put(nanos, endNanos);
        nanos = endNanos;
      }
    }

    private long through(long nanos) {
      var last = standstills.floorEntry(nanos);
      return last == null ? nanos : Math.max(nanos, last.getValue());
    }

    private long late(long nanos) {
      return through(nanos + Math.round(Math.abs(chance.nextGaussian()) * 100 * MICROS));
    }

    Conditions conditions() {
      Legs legs =
          new Legs() {
            @Override
            public long nanos(Leg leg, long sentNanos, RandomGenerator unused) {
              return late(sentNanos + 150 * MICROS) - sentNanos;
            }

            @Override
            public long longestNanos() {
              return SECOND;
            }
          };
      return new Conditions(legs, 0, 0, MILLIS, 0, 0);
    }

    Disturbance disturbance(World world) {
      return (step, model, profiledNanos) -> {
        long endNanos = world.nowNanos() + profiledNanos;
        return step == Executor.EXEC ? late(endNanos) - endNanos : 0;
      };
    }

    @Override
    public long wakesNanos(long wantedNanos) {
      return late(wantedNanos);
    }

    @Override
    public long freeAgainNanos(Task task, long begunNanos, long endNanos) {
      return task.executor() == Executor.EXEC ? late(endNanos) : endNanos;
    }
  }
}
