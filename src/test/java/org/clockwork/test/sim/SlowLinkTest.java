package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Invariants;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Tally;
import org.clockwork.core.workload.Workloads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where inputs come more slowly than GPUs could run them, the way of the inputs is what is shared
 * out: it is kept busy, and nobody's input is asked for only to come too late.
 */
class SlowLinkTest {
  private static final GatewayId CLIENT = new GatewayId("g");
  private static final int INPUT_BYTES = 602_112;
  private static final int GPUS = 8;
  private static final long SECOND = 1_000_000_000;

  /** What the link carries, as a share of what eight GPUs could run: about a quarter. */
  private static final long LINK_INPUTS_PER_SECOND = 2_000;

  @ParameterizedTest
  @CsvSource({"0.8, 0.999", "2, 0.9", "4, 0.9"})
  void nearlyAllThatTheLinkCarriesIsGoodput(double load, double share) {
    double offered = load * LINK_INPUTS_PER_SECOND;
    Tally.Totals totals = play(offered, LINK_INPUTS_PER_SECOND * INPUT_BYTES);
    double attainable = Math.min((double) totals.offered(), LINK_INPUTS_PER_SECOND * 8.0);
    assertTrue(
        totals.met() >= share * attainable,
        () -> "%d met of %.0f attainable".formatted(totals.met(), attainable));
  }

  @Test
  void whereTheLinkIsFastItIsNotInTheWay() {
    Tally.Totals fast = play(0.7 * GPUS * 923, 100 * SECOND);
    assertEquals(fast.offered(), fast.met());
  }

  private static Tally.Totals play(double perSecond, long linkBytesPerSecond) {
    Conditions conditions = Conditions.COMMON_GROUND.linkedAt(linkBytesPerSecond);
    SchedulerConfig config = SchedulerConfig.DEFAULT;
    World world =
        new World(
            1,
            conditions,
            config,
            Policies.named(Policies.DEFAULT),
            new Invariants(config, conditions),
            Tap.UNTOUCHED);
    world.startWorker(
        new WorkerId("w"),
        Collections.nCopies(GPUS, SimulatedDevice.specWithPages(1_376)),
        List.of(Zoo.find("resnet50_v2").orElseThrow()));
    world.runUntil(SECOND / 100);
    Payload image =
        new Payload.Ordered(
            new Tensors(1, List.of(ByteBuffer.allocateDirect(INPUT_BYTES).asReadOnlyBuffer())));
    world.startClient(
        CLIENT,
        Workloads.named(
            "poisson-open-loop",
            List.of("16", Double.toString(perSecond)),
            Choices.PUBLISHED
                .withModel("resnet50_v2")
                .withObjective(Objective.ofNanos(SECOND / 10))),
        new Measured(2 * SECOND, 8 * SECOND),
        _ -> image,
        1);
    world.runUntil(11 * SECOND);
    world.drain(SECOND);
    return world.totals(CLIENT);
  }
}
