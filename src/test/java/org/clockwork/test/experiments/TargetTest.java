package org.clockwork.test.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Report;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Target;
import org.clockwork.experiments.Value;
import org.junit.jupiter.api.Test;

/** A miss is told. */
class TargetTest {
  private static final Experiment OVERLOAD = Experiments.named(List.of("E7")).getFirst();

  /** Goodput at 1, 2, 4 and 8 times what a GPU can do, at the targets or a little above. */
  private static final List<Double> ENOUGH = List.of(785.0, 887.0, 919.0, 923.0);

  @Test
  void whatReachesEveryBoundMeetsAll() {
    List<Target.Judgement> judged = result(1, ENOUGH, 5).judged("default");
    assertEquals(7, judged.size());
    assertTrue(judged.stream().allMatch(Target.Judgement::met));
  }

  @Test
  void whatIsALittleBelowOneBoundMissesThatOne() {
    List<Target.Judgement> judged =
        result(1, List.of(785.0, 886.0, 919.0, 923.0), 5).judged("default");
    assertEquals(
        List.of("goodput_per_s at load_factor=2"),
        judged.stream().filter(j -> !j.met()).map(j -> j.target().about()).toList());
  }

  @Test
  void whatIsAboveAnUpperBoundOrAbsentIsMissed() {
    assertEquals(3, missed(result(1, ENOUGH, 5.01)));
    assertEquals(3, missed(result(1, ENOUGH, Double.NaN)));
  }

  @Test
  void onlyThePolicyThatIsAskedAboutIsJudged() {
    assertEquals(List.of(), result(1, ENOUGH, 5).judged("infer5"));
  }

  @Test
  void theBestOfAllIsJudgedBesideOthersOnly() {
    Target best = new Target(new LinkedHashMap<>(), "met_fraction", new Target.Demand.BestOfAll());
    assertTrue(E5.judged("default", List.of(E5.row("default", .9), E5.row("infer5", .9)), best));
    assertFalse(E5.judged("default", List.of(E5.row("default", .9), E5.row("infer5", .91)), best));
  }

  @Test
  void theReportSaysWhichTargetWasMissedWithHowManySeeds() {
    List<Result> results =
        List.of(result(1, ENOUGH, 5), result(2, List.of(785.0, 887.0, 900.0, 923.0), 5));
    String page = Report.markdown(results, "default", Extent.WHOLE, "again", "pictures");
    assertTrue(page.contains("| E7 | 7 | 6 | goodput_per_s at load_factor=4 |"), page);
    assertTrue(page.contains("| 909.5 (900–919) | **missed** in 1 of 2 |"), page);
    assertTrue(page.contains("with `--json`:\n\n    again\n"), page);
    assertTrue(page.contains("![E7](pictures/E7.svg)"), page);
  }

  @Test
  void theReportOfAPartJudgesNothing() {
    String page =
        Report.markdown(
            List.of(result(1, ENOUGH, 5)), "default", new Extent(0.5), "again", "pictures");
    assertTrue(page.contains("**Only 0.5 of each experiment was run**"), page);
    assertFalse(page.contains("wanted"), page);
  }

  private static long missed(Result result) {
    return result.judged("default").stream().filter(judgement -> !judgement.met()).count();
  }

  /**
   * @param refusalMillis not a number where nothing was refused
   */
  private static Result result(long seed, List<Double> goodput, double refusalMillis) {
    List<Row> rows = new ArrayList<>();
    double factor = 1;
    for (double perSecond : goodput) {
      SequencedMap<String, Value> values = new LinkedHashMap<>();
      values.put("policy", Value.of("default"));
      values.put("load_factor", Value.of(factor));
      values.put("goodput_per_s", Value.of(perSecond));
      values.put(
          "refusal_p50_ms",
          Double.isNaN(refusalMillis) ? new Value.Absent() : Value.of(refusalMillis));
      rows.add(new Row(values));
      factor *= 2;
    }
    return new Result(OVERLOAD, seed, rows);
  }

  /** Rows of the one experiment in which policies are held against each other. */
  private static final class E5 {
    private static Row row(String policy, double met) {
      SequencedMap<String, Value> values = new LinkedHashMap<>();
      values.put("policy", Value.of(policy));
      values.put("offered", Value.of(3_000_000L));
      values.put("met_fraction", Value.of(met));
      values.put("late_accepted", Value.of(0L));
      values.put("p99_ms", Value.of(30.0));
      return new Row(values);
    }

    private static boolean judged(String policy, List<Row> rows, Target target) {
      Experiment trace = Experiments.named(List.of("E5")).getFirst();
      return new Result(trace, 1, rows)
          .judged(policy).stream()
              .filter(judgement -> judgement.target().equals(target))
              .findFirst()
              .orElseThrow()
              .met();
    }
  }
}
