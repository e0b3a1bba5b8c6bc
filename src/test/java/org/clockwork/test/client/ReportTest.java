package org.clockwork.test.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.clockwork.client.Latencies;
import org.clockwork.client.Report;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.workload.Tally.Totals;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Latencies NONE = new Latencies(0, 0, 0, 0, 0, 0, 0);
  private static final Latencies SOME = new Latencies(90, 4.9612, 4.8, 6.5, 7.7, 7.74, 7.7404);

  private static final Totals TOTALS =
      new Totals(
          100,
          90,
          89,
          Map.of(RefusalCause.QUEUE, 5L, RefusalCause.COLD_START, 2L),
          1,
          Map.of("unknown_model", 2L),
          0,
          3,
          true);

  @Test
  void theJsonIsTheDocumentedShapeInItsOrder() {
    Report report = new Report("poisson-open-loop", 7, 30_000_000_000L, TOTALS, SOME, NONE, SOME);
    assertEquals(
        """
        {
          "workload" : "poisson-open-loop",
          "seed" : 7,
          "duration_s" : 30.0,
          "offered" : 100,
          "succeeded" : 90,
          "met" : 89,
          "refused" : {
            "queue" : 5,
            "cold_start" : 2,
            "no_capacity" : 0,
            "tenant_limit" : 0,
            "draining" : 0
          },
          "timed_out" : 1,
          "failed" : {
            "unknown_model" : 2
          },
          "unanswered" : 0,
          "cold_starts" : 3,
          "valid" : true,
          "offered_per_s" : 3.333,
          "goodput_per_s" : 2.967,
          "latency_ms" : {
            "mean" : 4.961,
            "p50" : 4.8,
            "p90" : 6.5,
            "p99" : 7.7,
            "p99_9" : 7.74,
            "max" : 7.74
          },
          "refusal_ms" : {
            "mean" : null,
            "p50" : null,
            "p90" : null,
            "p99" : null,
            "p99_9" : null,
            "max" : null
          },
          "generator_lateness_ms" : {
            "mean" : 4.961,
            "p50" : 4.8,
            "p90" : 6.5,
            "p99" : 7.7,
            "p99_9" : 7.74,
            "max" : 7.74
          }
        }""",
        report.json().encodePrettily());
  }

  @Test
  void theTextSaysHowManyOfTheOfferedWereMet() {
    String text = new Report("simple", 7, 30_000_000_000L, TOTALS, SOME, NONE, NONE).text();
    assertEquals(
        """
        Total   workload=simple seed=7 duration=30.0s offered=100 (3.33/s)
        Answers succeeded=90 met=89 (89.00%) goodput=2.97/s refused=7 (queue=5 cold_start=2)\
         timed_out=1 failed=2 (unknown_model=2) unanswered=0 cold_starts=3
        Latency mean=4.96 p50=4.80 p90=6.50 p99=7.70 p99.9=7.74 max=7.74""",
        text);
  }

  @Test
  void aRunWhoseLoadWentOutLateSaysSo() {
    Totals late = new Totals(1, 1, 1, Map.of(), 0, Map.of(), 0, 0, false);
    Report report = new Report("simple", 7, 1, late, SOME, SOME, SOME);
    assertTrue(report.text().contains("Not valid: the load went out late (p99=7.70ms"));
    assertTrue(report.text().contains("\nRefusal mean="));
    assertFalse(report.json().getBoolean("valid"));
  }

  @Test
  void aRunInWhichNothingWasOfferedDividesByNothing() {
    Totals empty = new Totals(0, 0, 0, Map.of(), 0, Map.of(), 0, 0, true);
    Report report = new Report("simple", 7, 0, empty, NONE, NONE, NONE);
    assertTrue(report.text().contains("offered=0 (0.00/s)"), report.text());
    assertEquals(0.0, report.json().getDouble("goodput_per_s"));
  }
}
