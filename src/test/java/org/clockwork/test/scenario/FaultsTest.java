package org.clockwork.test.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import org.clockwork.experiments.Account;
import org.clockwork.experiments.Attendance;
import org.clockwork.experiments.Fault;
import org.clockwork.experiments.Fault.Crash;
import org.clockwork.experiments.Fault.Drain;
import org.clockwork.experiments.Fault.Join;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Measurement;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.clockwork.experiments.ZooModels;
import org.junit.jupiter.api.Test;

/** What befalls machines in the middle of a trial shows in its figures, then and only then. */
class FaultsTest {
  private static final long SECOND = 1_000_000_000;
  private static final int RATE = 200;

  private static Account in(Figures figures, int second) {
    return figures.windows().get(second).all();
  }

  @Test
  void whileTheOnlyMachineIsGoneNothingIsMetAndWhenItIsBackAllIs() {
    Setting setting = setting(1, List.of(new Crash(0, 5 * SECOND / 2), new Join(0, 4 * SECOND)));
    Measurement bySeconds = setting.measurement().inWindowsOf(SECOND);
    Figures figures = Trial.run(setting.measured(bySeconds), Policies.named("default"), 1);
    assertEquals(in(figures, 1).offered(), in(figures, 1).met());
    assertEquals(0, in(figures, 3).met());
    assertTrue(in(figures, 3).offered() > RATE / 2);
    assertEquals(in(figures, 5).offered(), in(figures, 5).met());
    for (Figures.Window second : figures.windows()) {
      assertEquals(0, second.all().unanswered());
    }
  }

  @Test
  void aMachineWhoseFirstFaultIsToJoinIsNotThereBefore() {
    double late = run(1, List.of(new Join(0, 3 * SECOND))).last().all().offeredPerSecond();
    double always = run(1, List.of()).last().all().offeredPerSecond();
    // The client waits until somebody has its models: half of the six seconds.
    assertEquals(always / 2, late, always / 10);
  }

  @Test
  void aMachineThatDrainsCostsNothingWhereAnotherCanTakeOver() {
    Figures figures = run(2, List.of(new Drain(0, 2 * SECOND, SECOND)));
    assertEquals(figures.last().all().offered(), figures.last().all().met());
    assertTrue(figures.last().all().offered() > RATE * 5);
  }

  @Test
  void whenTheMeasuringBeginsHasNoBearingOnWhenAFaultComes() {
    Setting setting = setting(1, List.of(new Crash(0, 5 * SECOND / 2)));
    Setting later = setting.measured(Measurement.of(SECOND, 5 * SECOND).inWindowsOf(SECOND));
    Figures figures = Trial.run(later, Policies.named("default"), 1);
    assertEquals(in(figures, 0).offered(), in(figures, 0).met());
    assertTrue(in(figures, 1).met() > RATE / 4 && in(figures, 1).met() < in(figures, 1).offered());
    assertEquals(0, in(figures, 2).met());
  }

  @Test
  void theSameSeedGivesTheSameFiguresWhoeverWatches() {
    Setting setting = setting(2, List.of(new Crash(0, SECOND), new Join(0, 3 * SECOND)));
    Figures one = Trial.run(setting, Policies.named("default"), 7);
    List<Long> told = new ArrayList<>();
    Figures other = Trial.run(setting, Policies.named("default"), 7, told::add);
    assertEquals(one.last().all().offered(), other.last().all().offered());
    assertEquals(one.last().all().met(), other.last().all().met());
    assertEquals(one.execSeconds(), other.execSeconds());
    assertEquals(one.last().all().latencyMillis(99), other.last().all().latencyMillis(99));
    assertTrue(told.size() > 50, told::toString);
  }

  @Test
  void gpusAreBusyForAsLongAsTheirExecutionsTake() {
    Figures figures = run(1, List.of());
    // One at a time at this rate: each takes what its batch takes, of which 1 is the dearest each.
    double oneMillis = ZooModels.named("resnet50_v2").profile().smallestExecNanos() / 1e6;
    double most = figures.last().all().met() * oneMillis / 1e3;
    assertTrue(
        figures.execSeconds() <= most * 1.01 && figures.execSeconds() > most / 2,
        () -> figures.execSeconds() + " s of " + most);
  }

  @Test
  void whatCantHappenIsToldByItsPlaceInTheList() {
    assertEquals(
        Map.of(1, "0 is not there at 2.000 s, or about to go"),
        Attendance.misfits(List.of(new Crash(0, SECOND), new Crash(0, 2 * SECOND)), 1));
    assertEquals(
        Map.of(0, "0 is there already at 2.000 s"),
        Attendance.misfits(List.of(new Join(0, 2 * SECOND), new Join(0, SECOND)), 1));
    assertEquals(
        Map.of(1, "0 can't join at 2.000 s; it is gone only after 2.500 s"),
        Attendance.misfits(
            List.of(new Drain(0, SECOND, 3 * SECOND / 2), new Join(0, 2 * SECOND)), 1));
    assertEquals(
        Map.of(0, "is 3; there are 3, counted from 0"),
        Attendance.misfits(List.of(new Crash(3, SECOND)), 3));
    assertEquals(
        Map.of(),
        Attendance.misfits(
            List.of(
                new Join(1, 5 * SECOND),
                new Crash(0, SECOND),
                new Join(0, 2 * SECOND),
                new Drain(0, 3 * SECOND, SECOND)),
            2));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> setting(1, List.of(new Crash(1, SECOND))))
            .getMessage()
            .contains("fault 0: machine is 1; there are 1"));
  }

  private static Figures run(int machines, List<Fault> faults) {
    return Trial.run(setting(machines, faults), Policies.named("default"), 1);
  }

  private static Setting setting(int machines, List<Fault> faults) {
    Workload workload =
        Workloads.named(
            "poisson-open-loop",
            List.of("2", Integer.toString(RATE)),
            Choices.PUBLISHED.withObjective(Objective.ofNanos(SECOND / 10)));
    List<Setting.Machine> all = new ArrayList<>();
    for (int machine = 0; machine < machines; machine++) {
      all.add(Setting.Machine.of(1, List.of(ZooModels.named("resnet50_v2"))));
    }
    return new Setting(
        all,
        List.of(new Setting.Party("all", workload)),
        Conditions.COMMON_GROUND,
        SchedulerConfig.DEFAULT,
        faults,
        Measurement.of(0, 6 * SECOND));
  }
}
