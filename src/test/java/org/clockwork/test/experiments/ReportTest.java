package org.clockwork.test.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Report;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Value;
import org.junit.jupiter.api.Test;

/** The page says who is better than whom, and lets nobody off who is worse. */
class ReportTest {
  private static final double AT_ONCE = 0.5;

  @Test
  void whoseBestIsBelowTheOthersWorstIsBehind() {
    String page = page("E1", two("default", 900, 910, AT_ONCE), two("flex", 911, 920, AT_ONCE));
    assertTrue(page.contains("in 1 of 1 comparisons:"), page);
    assertTrue(
        page.contains(
            "| E1 | slo_ms=10 | `flex` | goodput_per_s | 905 (900–910) | 915.5 (911–920) |"),
        page);
    assertTrue(page.contains("| `flex` | 1 | 0 | 0 | 0 | 1 |"), page);
  }

  @Test
  void whoseRangesTouchAreLevel() {
    String page = page("E1", two("default", 900, 911, AT_ONCE), two("flex", 911, 920, AT_ONCE));
    assertTrue(page.contains("is behind nobody who refuses at arrival, in any of 1"), page);
    assertTrue(page.contains("| `flex` | 1 | 0 | 1 | 0 | 0 |"), page);
  }

  @Test
  void whoHoldsIsCountedApartWithTheTimeUntilItRefuses() {
    String page = page("E1", two("default", 900, 910, AT_ONCE), two("flex", 950, 960, 42));
    assertTrue(page.contains("in any of 0 comparisons"), page);
    assertTrue(page.contains("| `flex`, where it holds | 1 | 0 | 0 | 0 | 1 |"), page);
    assertTrue(page.contains("*955 (950–960); refuses after 42 ms*"), page);
  }

  @Test
  void thePublishedPolicyStandsBesideThePaperWithItsDistance() {
    String page = page("E1", two("default", 900, 910, AT_ONCE), two("infer5", 154, 154, 9));
    assertTrue(
        page.contains("| goodput_per_s at slo_ms=10 | paper: Clockwork | 140 | 154 | +10.0 % |"),
        page);
    assertFalse(page.contains("INFaaS"), page);
  }

  @Test
  void aTableIsRepeatedByTheCommandAboveIt() {
    String page = page("E1", two("default", 1, 2, AT_ONCE), two("flex", 1, 2, AT_ONCE));
    assertTrue(
        page.contains(
            "1 point, seeds 1, 2; again:\n\n    ./clockwork simulate E1 --policy default,flex --seed 1,2\n"),
        page);
  }

  /** Rows of a policy, one a seed. */
  private record Runs(List<Row> bySeed) {}

  private static Runs two(String policy, double first, double second, double refusalMillis) {
    List<Row> rows = new ArrayList<>();
    for (double goodput : new double[] {first, second}) {
      SequencedMap<String, Value> values = new LinkedHashMap<>();
      values.put("policy", Value.of(policy));
      values.put("slo_ms", Value.of(10.0));
      values.put("goodput_per_s", Value.of(goodput));
      values.put("refusal_p50_ms", Value.of(refusalMillis));
      values.put("late_accepted", Value.of(0L));
      rows.add(new Row(values));
    }
    return new Runs(rows);
  }

  private static String page(String experiment, Runs... policies) {
    List<Result> results = new ArrayList<>();
    for (int seed = 0; seed < 2; seed++) {
      List<Row> rows = new ArrayList<>();
      for (Runs runs : policies) {
        rows.add(runs.bySeed().get(seed));
      }
      results.add(new Result(Experiments.named(List.of(experiment)).getFirst(), seed + 1, rows));
    }
    assertEquals(2, results.size());
    return Report.markdown(results, "default", Extent.WHOLE, "again", "pictures");
  }
}
