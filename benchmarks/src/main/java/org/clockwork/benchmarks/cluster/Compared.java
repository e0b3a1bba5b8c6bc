package org.clockwork.benchmarks.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.clockwork.client.Report;
import org.clockwork.experiments.Account;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Value;

/**
 * One point of an experiment, played live, simulated with the live run's delays, and simulated on
 * the experiments' common ground.
 *
 * @param promised the first two are to agree here
 */
public record Compared(
    String title, boolean promised, Played live, Played simulated, Played undelayed) {
  /** Of the live run's goodput. */
  public static final double DIFFERENCE_PERCENT_MAX = 2;

  private static final String SLO_MS = "slo_ms";
  private static final double SLO_MS_MIN = 50;

  /** Where GPUs are idle for most of the time, also tighter objectives can be compared. */
  private static final double SLO_MS_MIN_OF_E3 = 22;

  /**
   * What one run came to.
   *
   * @param remark what the figures are worth nothing without; may be empty
   */
  public record Played(
      double offeredPerSecond,
      double goodputPerSecond,
      Optional<Double> p50Millis,
      Optional<Double> p99Millis,
      Optional<Double> refusalMillis,
      String remark) {
    static Played of(Report report) {
      double seconds = report.durationNanos() / 1e9;
      long unanswered = report.totals().unanswered();
      String remark =
          (report.totals().valid() ? "" : "load went out late")
              + (unanswered == 0 ? "" : " %d unanswered".formatted(unanswered));
      return new Played(
          report.totals().offered() / seconds,
          report.totals().met() / seconds,
          found(report.latency().count(), report.latency().p50Millis()),
          found(report.latency().count(), report.latency().p99Millis()),
          found(report.refusal().count(), report.refusal().p50Millis()),
          remark.strip());
    }

    static Played of(Figures figures) {
      Account all = figures.last().all();
      return new Played(
          all.offeredPerSecond(),
          all.goodputPerSecond(),
          all.latencyMillis(50),
          all.latencyMillis(99),
          all.refusalMillis(50),
          "");
    }

    private static Optional<Double> found(long count, double millis) {
      return count == 0 ? Optional.empty() : Optional.of(millis);
    }
  }

  /**
   * Whether live and simulated are to agree at such a point.
   *
   * @param experiment its name
   */
  public static boolean isPromised(String experiment, SequencedMap<String, Value> parameters) {
    Value slo = parameters.get(SLO_MS);
    double least = experiment.equals("E3") ? SLO_MS_MIN_OF_E3 : SLO_MS_MIN;
    return slo == null || slo.number().orElseThrow() >= least;
  }

  /** Between simulated and live goodput, as a share of the live one; absent where that is none. */
  public Optional<Double> differencePercent() {
    return live.goodputPerSecond == 0
        ? Optional.empty()
        : Optional.of(
            100 * (simulated.goodputPerSecond - live.goodputPerSecond) / live.goodputPerSecond);
  }

  /** They are to agree, and do. */
  public boolean agrees() {
    return promised
        && differencePercent().map(Math::abs).orElse(Double.MAX_VALUE) <= DIFFERENCE_PERCENT_MAX;
  }

  /** For a table: one line for each run. */
  List<Row> rows() {
    return List.of(
        row(title, "live", live, Optional.empty(), live.remark),
        row("", "simulated", simulated, differencePercent(), judgement()),
        row("", "undelayed", undelayed, Optional.empty(), ""));
  }

  private String judgement() {
    if (!promised) {
      return "no promise";
    }
    return agrees() ? "agrees" : "DIFFERS";
  }

  private static Row row(
      String title, String run, Played played, Optional<Double> difference, String remark) {
    SequencedMap<String, Value> values = new LinkedHashMap<>();
    values.put("point", Value.of(title));
    values.put("run", Value.of(run));
    values.put("offered_per_s", rounded(Optional.of(played.offeredPerSecond)));
    values.put("goodput_per_s", rounded(Optional.of(played.goodputPerSecond)));
    values.put("p50_ms", rounded(played.p50Millis));
    values.put("p99_ms", rounded(played.p99Millis));
    values.put("refusal_p50_ms", rounded(played.refusalMillis));
    values.put("difference_%", rounded(difference));
    values.put("", Value.of(remark));
    return new Row(values);
  }

  /** To two decimals: more means nothing on a live machine. */
  private static Value rounded(Optional<Double> figure) {
    return Value.of(figure.map(real -> Math.round(real * 100) / 100.0));
  }
}
