package org.clockwork.test.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.experiments.Campaign;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Selection;
import org.clockwork.experiments.Value;
import org.junit.jupiter.api.Test;

/** Experiments, a little of each. */
class CampaignTest {
  /** A tenth of a second to warm up, six tenths that count. */
  private static final Extent LITTLE = new Extent(0.01);

  @Test
  void whatComesOutDependsOnTheSeedAndNotOnTheThreads() throws Exception {
    List<Result> alone = run(List.of("E7", "E1"), List.of(1L, 2L), 1);
    List<Result> together = run(List.of("E7", "E1"), List.of(1L, 2L), 3);
    assertEquals(figures(alone), figures(together));
    assertNotEquals(figures(alone.subList(0, 1)), figures(alone.subList(1, 2)));
    assertEquals(
        List.of("E7 1", "E7 2", "E1 1", "E1 2"),
        alone.stream().map(result -> result.experiment().name() + " " + result.seed()).toList());
  }

  @Test
  void rowsComePolicyByPolicyInTheOrderOfThePoints() throws Exception {
    List<Row> rows = run(List.of("E7"), List.of(1L), 2).getFirst().rows();
    assertEquals(
        List.of(
            "default 1",
            "default 2",
            "default 4",
            "default 8",
            "infer5 1",
            "infer5 2",
            "infer5 4",
            "infer5 8"),
        rows.stream().map(row -> row.policy() + " " + row.value("load_factor").text()).toList());
  }

  @Test
  void everyExperimentRunsAndGetsSomethingDone() throws Exception {
    List<Result> results =
        new Campaign(
                Experiments.all(),
                List.of("default"),
                List.of(1L),
                new Extent(0.002),
                Selection.ALL)
            .run(2, _ -> {});
    assertEquals(7, results.size());
    for (Result result : results) {
      double goodput =
          result.rows().stream()
              .mapToDouble(row -> row.value("goodput_per_s").number().orElse(0))
              .sum();
      assertTrue(goodput > 0, () -> result.experiment().name() + " got nothing done");
      assertTrue(
          result.rows().stream()
              .allMatch(row -> row.value("scheduler_cpu_s").number().orElse(0) > 0),
          () -> result.experiment().name() + " says no processor time");
    }
  }

  @Test
  void someOfTheRefusedAskAgainWhereThatIsLookedAtAndNowhereElse() throws Exception {
    List<Row> rows =
        run(List.of("E7", "E1"), List.of(1L), 2).stream()
            .flatMap(result -> result.rows().stream())
            .filter(row -> row.policy().equals("default"))
            .toList();
    double share = number(rows.get(3), "retry_success_fraction");
    double half = number(rows.get(3), "retry_half_hint_success_fraction");
    assertTrue(share >= 0 && share <= 1 && half >= 0 && half <= 1, share + " and " + half);
    Row tight = rows.get(4);
    assertEquals("10", tight.value("slo_ms").text());
    assertTrue(number(tight, "refusal_p50_ms") > 0);
    assertEquals(new Value.Absent(), tight.value("retry_success_fraction"));
    Row wide = rows.getLast();
    assertEquals("500", wide.value("slo_ms").text());
    assertEquals(new Value.Absent(), wide.value("refusal_p50_ms"));
  }

  private static double number(Row row, String column) {
    return row.value(column).number().orElseThrow();
  }

  private static List<Result> run(List<String> names, List<Long> seeds, int threads)
      throws Exception {
    List<Double> told = new ArrayList<>();
    Campaign campaign =
        new Campaign(
            Experiments.named(names), List.of("default", "infer5"), seeds, LITTLE, Selection.ALL);
    List<Result> results = campaign.run(threads, told::add);
    assertEquals(1, told.getLast());
    assertEquals(told.stream().sorted().toList(), told);
    return results;
  }

  /** All but processor times. */
  private static List<SequencedMap<String, Value>> figures(List<Result> results) {
    List<SequencedMap<String, Value>> figures = new ArrayList<>();
    for (Result result : results) {
      for (Row row : result.rows()) {
        SequencedMap<String, Value> values = new LinkedHashMap<>(row.values());
        values.remove("scheduler_cpu_s");
        figures.add(values);
      }
    }
    return figures;
  }
}
