package org.clockwork.test.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clockwork.benchmarks.cluster.Compared;
import org.clockwork.benchmarks.cluster.Compared.Played;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Extent;
import org.junit.jupiter.api.Test;

/** When a live run and its simulation agree. */
final class ComparedTest {
  @Test
  void goodputMayDifferByTwoPercentOfTheLiveOne() {
    assertTrue(compared(true, 500, 510).agrees());
    assertTrue(compared(true, 500, 490).agrees());
    assertFalse(compared(true, 500, 511).agrees());
    assertFalse(compared(true, 500, 489).agrees());
  }

  @Test
  void whoSimulatesMoreThanWasLiveDiffersUpwards() {
    assertEquals(Optional.of(10.0), compared(true, 500, 550).differencePercent());
    assertEquals(Optional.of(-10.0), compared(true, 500, 450).differencePercent());
  }

  @Test
  void aLiveRunThatGotNothingDoneAgreesWithNothing() {
    assertEquals(Optional.empty(), compared(true, 0, 0).differencePercent());
    assertFalse(compared(true, 0, 0).agrees());
  }

  @Test
  void whereNothingIsPromisedNothingAgrees() {
    assertFalse(compared(false, 500, 500).agrees());
  }

  @Test
  void itIsPromisedForObjectivesOf50MsAndMoreAndFor22MsOfE3() {
    assertEquals(List.of("50", "100", "250", "500"), promised("E1", "slo_ms"));
    assertEquals(List.of("22.02188"), promised("E3", "slo_ms").stream().distinct().toList());
    assertEquals(6, promised("E3", "slo_ms").size());
    assertEquals(List.of("1", "2", "4", "8"), promised("E7", "load_factor"));
  }

  private static List<String> promised(String name, String parameter) {
    Experiment experiment = Experiments.named(List.of(name)).getFirst();
    return experiment.cells(Extent.WHOLE).stream()
        .filter(cell -> Compared.isPromised(name, cell.parameters()))
        .map(cell -> cell.parameters().get(parameter).text())
        .collect(Collectors.toList());
  }

  private static Compared compared(boolean promised, double live, double simulated) {
    return new Compared("here", promised, played(live), played(simulated), played(1_000));
  }

  private static Played played(double goodputPerSecond) {
    return new Played(
        1_000, goodputPerSecond, Optional.empty(), Optional.empty(), Optional.empty(), "");
  }
}
