package org.clockwork.test.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.experiments.Bound;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Value;
import org.junit.jupiter.api.Test;

/** What nobody can exceed follows from what executions and LOADs take. */
class BoundTest {
  @Test
  void aGpuExecutesItsBestBatchesAndNoMore() {
    // 16 of resnet50_v2 in 17.33 ms, on each of 150 GPUs.
    assertEquals(150 * 16 / 0.01733, bound("E6", 5).most(), 1);
    assertEquals(22_470, bound("E6", 0).most(), 30);
    assertEquals(225_000, bound("E6", 4).most(), "no more is offered");
  }

  @Test
  void theTracesMixForbidsThePublishedRate() {
    Bound bound = bound("E5", 0);
    assertEquals(7_340, bound.most(), 10);
    assertTrue(bound.forbids(new LinkedHashMap<>(), "goodput_per_s", 9_638));
    assertFalse(bound.forbids(new LinkedHashMap<>(), "goodput_per_s", 7_300));
    assertFalse(bound.forbids(new LinkedHashMap<>(), "met_fraction", 9_638));
  }

  @Test
  void aBoundIsAboutItsOwnPointOnly() {
    SequencedMap<String, Value> other = new LinkedHashMap<>(bound("E6", 0).where());
    other.put("gpus", Value.of(11));
    assertTrue(bound("E6", 0).forbids(bound("E6", 0).where(), "goodput_per_s", 30_000));
    assertFalse(bound("E6", 0).forbids(other, "goodput_per_s", 30_000));
  }

  /**
   * 120.3 LOADs/s of 8.31 ms, 54.6/s of 1,000 find one of 195 resident models; the rest is who
   * shares a LOAD.
   */
  @Test
  void coldModelsAreServedByHitsAndByOneLoadAfterTheOther() {
    double alone = 120.3 + 54.6;
    assertEquals(alone + 3, bound("E2", 0).most(), 0.3);
    assertEquals(alone + 23, bound("E2", 1).most(), 0.5);
  }

  private static Bound bound(String name, int place) {
    Experiment experiment = Experiments.named(List.of(name)).getFirst();
    return experiment.bounds().get(place);
  }
}
