package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.sim.World;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Tally;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** One of two equal workers leaves in the middle of a load that one can carry. */
final class LeavingWorkerTest {
  private static final long MILLIS = 1_000_000;
  private static final long SECOND = 1_000 * MILLIS;
  private static final WorkerId LEAVES = new WorkerId("a");
  private static final WorkerId STAYS = new WorkerId("b");
  private static final GatewayId CLIENT = new GatewayId("g");

  @Test
  void aKilledWorkerCostsNoMoreThanWhatItHadWhileItWasNotMissed() {
    Seeds.each(
        4,
        seed -> {
          Watched watched = new Watched(LEAVES);
          World world = world(seed, watched);
          world.startClient(CLIENT, load(700), lasting(40 * SECOND), seed);
          world.at(20 * SECOND, () -> world.crash(LEAVES));
          Tally.Totals totals = played(world);
          assertTrue(totals.met() >= 0.97 * totals.offered(), totals::toString);
          long lastNanos = watched.lastAnsweredNanos() - 20 * SECOND;
          assertTrue(lastNanos < 2 * SECOND, "the last one was answered after " + lastNanos);
        });
  }

  @Test
  void nobodyNoticesThatAWorkerShutsDown() {
    Seeds.each(
        20,
        seed -> {
          World world = world(seed, new Watched(LEAVES));
          world.startClient(CLIENT, load(450), lasting(4 * SECOND), seed);
          // The load has begun long since: models are where they are needed.
          world.at(2 * SECOND, () -> world.shutDown(LEAVES, SECOND));
          Tally.Totals totals = played(world);
          assertEquals(totals.offered(), totals.met(), totals::toString);
        });
  }

  @Test
  void aWorkerThatComesBackUnderItsNameIsOfUseAgain() {
    Seeds.each(
        4,
        seed -> {
          Watched watched = new Watched(LEAVES);
          World world = world(seed, watched);
          world.startClient(CLIENT, load(1_200), lasting(8 * SECOND), seed);
          world.at(2 * SECOND, () -> world.crash(LEAVES));
          world.at(2_100 * MILLIS, () -> start(world, LEAVES));
          world.runUntil(4 * SECOND);
          int before = watched.sent;
          played(world);
          assertTrue(watched.sent > before, "nothing was sent to it any more");
        });
  }

  private World world(long seed, Watched watched) {
    World world =
        new World(
            seed,
            Conditions.COMMON_GROUND,
            SchedulerConfig.DEFAULT,
            Policies.named(Policies.DEFAULT),
            watched,
            Tap.UNTOUCHED);
    start(world, LEAVES);
    start(world, STAYS);
    world.runUntil(10 * MILLIS);
    return world;
  }

  private static void start(World world, WorkerId worker) {
    DeviceSpec gpu =
        new DeviceSpec(
            SimulatedDevice.KIND, DeviceSpec.PAGE_BYTES, 1_376, false, SimulatedDevice.IO_SLOTS);
    world.startWorker(worker, List.of(gpu), List.copyOf(Zoo.models()));
  }

  private static Workload load(int perSecond) {
    return Workloads.named(
        "poisson-open-loop", List.of("10", Integer.toString(perSecond)), Choices.PUBLISHED);
  }

  private static Measured lasting(long nanos) {
    return new Measured(0, nanos);
  }

  private static Tally.Totals played(World world) {
    while (!world.done(CLIENT)) {
      world.runUntil(world.nowNanos() + SECOND);
    }
    world.drain(SECOND);
    assertEquals(0, world.totals(CLIENT).unanswered());
    return world.totals(CLIENT);
  }

  /** Sees which requests the worker that leaves had when. */
  private static final class Watched implements Witness {
    private final WorkerId worker;
    private final Set<RequestId> affected = new HashSet<>();
    private long lastAnsweredNanos;
    private int sent;

    Watched(WorkerId worker) {
      this.worker = worker;
    }

    long lastAnsweredNanos() {
      return lastAnsweredNanos;
    }

    @Override
    public void sent(WorkerId to, Action action, long now) {
      if (to.equals(worker) && action instanceof Action.Infer infer) {
        sent++;
        infer.parts().forEach(part -> affected.add(part.request()));
      }
    }

    @Override
    public void answered(GatewayId gateway, Answer answer, long now) {
      if (affected.remove(answer.request())) {
        lastAnsweredNanos = now;
      }
    }
  }
}
