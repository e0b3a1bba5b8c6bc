package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Invariants;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.core.workload.BurstyExperiment;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Tally;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import org.junit.jupiter.api.Test;

/** Small runs of the workloads that experiments are made of, in virtual time. */
class TracesSimulatedTest {
  private static final GatewayId CLIENT = new GatewayId("g");
  private static final long SECOND = 1_000_000_000;
  private static final Choices CHOICES =
      Choices.PUBLISHED.withObjective(Objective.ofNanos(SECOND / 10));

  @Test
  void aTraceIsServedWithoutAnyFile() {
    Choices choices = CHOICES.withTraces(new AzureSynth(2_000, 1)).seeded(1);
    // 32.4 million invocations a day times 1.5: 562 a second, in the mean of a day.
    Workload azure =
        Workloads.named("azure", List.of("12", "1", "1", "1", "60", "1", "1"), choices);
    Tally.Totals totals = play(azure, new Measured(2 * SECOND, 8 * SECOND), 4);
    assertTrue(totals.offered() > 2_000 && totals.offered() < 9_000, totals::toString);
    assertEquals(0, totals.unanswered());
    assertTrue(totals.met() > 0.9 * totals.offered(), totals::toString);
  }

  @Test
  void aSteadyModelKeepsItsObjectiveWhileALargeLoadMovesToEverMoreModels() {
    BurstyExperiment experiment = new BurstyExperiment(300, SECOND, SECOND / 100, 5 * SECOND);
    Tally.Totals totals =
        play(experiment.workload("bursty", CHOICES), new Measured(0, Course.NEVER), 1);
    // 200 a second for 5 s and 1,000 a second for 4 s.
    assertEquals(5_000, (double) totals.offered(), 5 * Math.sqrt(5_000));
    assertEquals(0, totals.unanswered());
    assertTrue(totals.met() > 1_000, totals::toString);
  }

  private static Tally.Totals play(Workload workload, Measured measured, int gpus) {
    Conditions conditions = Conditions.COMMON_GROUND;
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
        Collections.nCopies(gpus, SimulatedDevice.specWithPages(1_376)),
        List.copyOf(Zoo.models()));
    world.runUntil(SECOND / 100);
    world.startClient(CLIENT, workload, measured, 1);
    world.runUntil(11 * SECOND);
    world.drain(SECOND);
    return world.totals(CLIENT);
  }
}
