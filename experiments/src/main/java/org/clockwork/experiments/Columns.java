package org.clockwork.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The columns that every experiment has, by their names in tables, CSV and JSON. */
final class Columns {
  static final String GOODPUT = "goodput_per_s";
  static final String MET = "met_fraction";
  static final String P50 = "p50_ms";
  static final String P99 = "p99_ms";
  static final String MAX = "max_ms";
  static final String REFUSAL_P50 = "refusal_p50_ms";
  static final String LATE_ACCEPTED = "late_accepted";
  static final String SCHEDULER_CPU = "scheduler_cpu_s";
  static final String SIMULATED = "simulated_s";

  /** The one figure that the same seed may give differently. */
  static final String MEASURED_ON_THE_CLOCK = SCHEDULER_CPU;

  /** How those fare who are refused, and what a promise is worth. */
  static final List<String> ABOUT_ANSWERS =
      List.of(
          REFUSAL_P50,
          LATE_ACCEPTED,
          "promises_kept_fraction",
          "promise_slack_p50_ms",
          "retry_success_fraction",
          "retry_half_hint_success_fraction");

  private Columns() {}

  /**
   * @param judged the part of the figures that they are about
   */
  static SequencedMap<String, Value> common(Account judged, Figures figures) {
    SequencedMap<String, Value> values = new LinkedHashMap<>();
    values.put(GOODPUT, Value.of(judged.goodputPerSecond()));
    values.put(MET, Value.of(judged.metFraction()));
    values.put(P50, Value.of(judged.latencyMillis(50)));
    values.put(P99, Value.of(judged.latencyMillis(99)));
    values.put(MAX, Value.of(judged.latencyMillis(100)));
    values.put(REFUSAL_P50, Value.of(judged.refusalMillis(50)));
    values.put(LATE_ACCEPTED, Value.of(judged.lateAccepted()));
    values.put("cold_fraction", Value.of(judged.coldFraction()));
    values.put(SIMULATED, Value.of(figures.simulatedSeconds()));
    values.put(SCHEDULER_CPU, Value.of(figures.schedulerSeconds()));
    values.put("promises_kept_fraction", Value.of(judged.promisesKeptFraction()));
    values.put("promise_slack_p50_ms", Value.of(judged.promiseSlackMillis(50)));
    values.put("retry_success_fraction", Value.of(figures.retries().successFraction()));
    values.put(
        "retry_half_hint_success_fraction", Value.of(figures.retries().halfHintSuccessFraction()));
    return values;
  }
}
