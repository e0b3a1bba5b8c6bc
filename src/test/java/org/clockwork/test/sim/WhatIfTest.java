package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.clockwork.codecs.record.Recording;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.sim.World;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import org.clockwork.launcher.replay.Figures;
import org.clockwork.launcher.replay.RecordedRun;
import org.clockwork.launcher.replay.WhatIf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A recorded load under other rules: the same ones come to the same, and others differ as they
 * must.
 */
final class WhatIfTest {
  private static final long MILLIS = 1_000_000;
  private static final long SECOND = 1_000 * MILLIS;
  private static final String MODEL = "resnet50_v2";
  private static final int PAGES = 1_376;
  private static final GatewayId CLIENT = new GatewayId("client");

  @TempDir Path folder;

  @Test
  void theSamePolicyAndGpusComeCloseToWhatWasRecorded() throws Exception {
    // One GPU does 923 a second of this model at best.
    for (int perSecond : List.of(400, 800, 1_800)) {
      RecordedRun run = record(perSecond, 1, 2 * SECOND, _ -> {});
      Figures recorded = run.figures();
      Figures again = new WhatIf(run).play("default", OptionalInt.empty(), _ -> {});
      assertTrue(recorded.offered() > perSecond, recorded::toString);
      assertEquals(recorded.offered(), again.offered());
      assertClose(recorded.met(), again.met(), 0.02);
      assertClose(recorded.p50Millis(), again.p50Millis(), 0.1);
    }
  }

  @Test
  void moreGpusMeetMoreOfAnOverload() throws Exception {
    RecordedRun run = record(1_800, 1, 2 * SECOND, _ -> {});
    assertTrue(run.figures().metFraction() < 0.6, () -> run.figures().toString());
    Figures one = new WhatIf(run).play("default", OptionalInt.of(1), _ -> {});
    Figures three = new WhatIf(run).play("default", OptionalInt.of(3), _ -> {});
    assertClose(run.figures().met(), one.met(), 0.02);
    assertTrue(three.metFraction() > 0.99, three::toString);
    assertEquals(1, run.gpus());
  }

  @Test
  void anotherPolicyDecidesOtherwiseOnTheSameLoad() throws Exception {
    RecordedRun run = record(1_800, 1, 2 * SECOND, _ -> {});
    Figures direct = new WhatIf(run).play("direct", OptionalInt.empty(), _ -> {});
    assertEquals(run.figures().offered(), direct.offered());
    // Whoever makes no batches gets a third of it done.
    assertTrue(direct.met() < 0.5 * run.figures().met(), direct::toString);
  }

  @Test
  void theSameQuestionGivesTheSameAnswer() throws Exception {
    RecordedRun run = record(800, 2, SECOND, _ -> {});
    WhatIf whatIf = new WhatIf(run);
    assertEquals(
        whatIf.play("infer5", OptionalInt.of(1), _ -> {}),
        whatIf.play("infer5", OptionalInt.of(1), _ -> {}));
  }

  @Test
  void aWorkerThatCameLateAndWentEarlyDoesSoAgain() throws Exception {
    RecordedRun run =
        record(
            1_500,
            1,
            2 * SECOND,
            world -> {
              world.at(500 * MILLIS, () -> startWorker(world, "late", 1));
              world.at(1_200 * MILLIS, () -> world.crash(new WorkerId("late")));
            });
    assertEquals(2, run.gpus());
    Figures again = new WhatIf(run).play("default", OptionalInt.empty(), _ -> {});
    Figures always = new WhatIf(run).play("default", OptionalInt.of(2), _ -> {});
    assertClose(run.figures().met(), again.met(), 0.05);
    assertTrue(always.met() > 1.2 * again.met(), () -> always + " and " + again);
  }

  @Test
  void aRequestThatWasGivenUpIsGivenUpAgain() throws Exception {
    RecordedRun run =
        record(
            1_800,
            1,
            SECOND,
            world -> {
              for (int i = 0; i < 50; i++) {
                world.at((200 + 10 * i) * MILLIS, () -> world.giveUpOne(CLIENT));
              }
            });
    assertTrue(run.figures().cancelled() > 20, () -> run.figures().toString());
    Figures again = new WhatIf(run).play("default", OptionalInt.empty(), _ -> {});
    assertClose(run.figures().cancelled(), again.cancelled(), 0.3);
  }

  private interface Happenings {
    void plan(World world);
  }

  private RecordedRun record(int perSecond, int gpus, long nanos, Happenings happenings)
      throws Exception {
    Path file = folder.resolve("load.rec");
    try (RecordedWorld recorded = new RecordedWorld(file, SchedulerConfig.DEFAULT, "default")) {
      World world =
          new World(
              1,
              Conditions.COMMON_GROUND,
              SchedulerConfig.DEFAULT,
              Policies.named("default"),
              recorded.chronicle(),
              new Witness() {},
              Tap.UNTOUCHED);
      startWorker(world, "w", gpus);
      happenings.plan(world);
      Workload workload =
          Workloads.named(
              "poisson-open-loop",
              List.of("4", Integer.toString(perSecond)),
              Choices.PUBLISHED.withModel(MODEL).withObjective(Objective.ofNanos(100 * MILLIS)));
      world.at(5 * MILLIS, () -> world.startClient(CLIENT, workload, new Measured(0, nanos), 7));
      world.runUntil(5 * MILLIS + nanos);
      world.drain(SECOND);
    }
    try (Recording recording = Recording.open(file)) {
      return RecordedRun.read(recording, _ -> {});
    }
  }

  private static void startWorker(World world, String id, int gpus) {
    world.startWorker(
        new WorkerId(id),
        Collections.nCopies(gpus, SimulatedDevice.specWithPages(PAGES)),
        List.of(Zoo.find(MODEL).orElseThrow()));
  }

  private static void assertClose(long expected, long actual, double share) {
    assertClose((double) expected, (double) actual, share);
  }

  private static void assertClose(double expected, double actual, double share) {
    assertTrue(
        Math.abs(expected - actual) <= share * expected,
        () -> actual + " is not within " + share + " of " + expected);
  }
}
