package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.workload.BurstyExperiment;
import org.clockwork.core.workload.Workload;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series;

/** E2: a large load moves to ever more models than fit the GPU, beside a steady small one. */
final class GrowingModels implements Experiment {
  private static final String MODEL = "resnet50_v2";
  private static final double SLO_MS = 100;
  private static final int MODELS = 3_600;
  private static final int ROWS = 60;
  private static final double MAJOR_PER_SECOND = 1_000;
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final String SECOND = "second";
  private static final String MAJOR = "major_goodput_per_s";
  private static final String MINOR = "minor_goodput_per_s";
  private static final String MINOR_MET = "minor_met_fraction";

  @Override
  public String name() {
    return "E2";
  }

  @Override
  public String title() {
    return "3,601 models (resnet50_v2) on 1 GPU of 1,376 pages, LRU, objective 100 ms: 1,000/s over one model more each"
        + " second, beside one model at 200/s";
  }

  @Override
  public String remark() {
    return "a row for each 60 s after a lead-in of 10 s in which the small load is alone (published: 300 s); the last one is"
        + " judged; the bounds say what it costs to refuse at arrival";
  }

  @Override
  public List<Cell> cells(Extent extent) {
    int models = extent.of(MODELS);
    long leadInNanos = extent.nanosOf(Ground.WARM_UP_SECONDS);
    long windowNanos = rowSeconds(models) * SECOND_NANOS;
    long measuredNanos = models * SECOND_NANOS / windowNanos * windowNanos;
    // What is asked again comes after what is measured.
    long lengthNanos = leadInNanos + 2 * measuredNanos;
    Workload both =
        new BurstyExperiment(models, leadInNanos, SECOND_NANOS, lengthNanos)
            .workload("bursty_experiment", Ground.choices(MODEL, SLO_MS));
    Setting setting =
        new Setting(
            List.of(Setting.Machine.of(1, List.of(Ground.zoo(MODEL)))),
            List.of(
                new Setting.Party(
                    "minor",
                    new Workload(both.name(), both.models(), both.streams().subList(0, 1))),
                new Setting.Party(
                    "major",
                    new Workload(both.name(), both.models(), both.streams().subList(1, 2)))),
            Measurement.of(leadInNanos, measuredNanos)
                .inWindowsOf(windowNanos)
                .with(Measurement.Extra.RETRIES));
    return List.of(Cell.of(Ground.at(), 1_200, setting));
  }

  private static int rowSeconds(int models) {
    return Math.max(1, models / ROWS);
  }

  @Override
  public List<SequencedMap<String, Value>> rows(Cell cell, Figures figures) {
    List<SequencedMap<String, Value>> rows = new ArrayList<>();
    long rowSeconds = cell.setting().apply(0).measurement().windowNanos() / SECOND_NANOS;
    for (Figures.Window window : figures.windows()) {
      Account minor = window.party("minor");
      SequencedMap<String, Value> row = new LinkedHashMap<>();
      row.put(SECOND, Value.of((rows.size() + 1) * rowSeconds));
      row.put(MAJOR, Value.of(window.party("major").goodputPerSecond()));
      row.put(MINOR, Value.of(minor.goodputPerSecond()));
      row.put("minor_offered_per_s", Value.of(minor.offeredPerSecond()));
      row.put(MINOR_MET, Value.of(minor.metFraction()));
      row.putAll(Columns.common(window.all(), figures));
      rows.add(row);
    }
    return rows;
  }

  @Override
  public List<Target> targets() {
    SequencedMap<String, Value> end = Ground.at(SECOND, Value.of(MODELS));
    return List.of(
        Target.atLeast(172, MAJOR, end),
        Target.atLeast(0.99, MINOR_MET, end),
        Target.atMost(SLO_MS, Columns.MAX, end),
        Target.atMost(0, Columns.LATE_ACCEPTED, end));
  }

  @Override
  public List<String> parameters() {
    return List.of(SECOND);
  }

  @Override
  public List<String> merits() {
    return List.of(MAJOR, MINOR_MET);
  }

  @Override
  public List<SequencedMap<String, Value>> compared(List<SequencedMap<String, Value>> points) {
    return points.isEmpty() ? points : points.subList(points.size() - 1, points.size());
  }

  @Override
  public List<Bound> bounds() {
    Measured kind = Ground.zoo(MODEL);
    // To the controller, to the worker, and back to the client.
    long onTheWay = 3 * Ground.LEG_NANOS + kind.profile().smallestExecNanos();
    // One model more each second: what grows is, while the last row lasts, half a row short.
    double models = MODELS - rowSeconds(MODELS) / 2.0;
    return new ColdBounds(
            kind,
            models,
            Setting.PAGES / kind.profile().pages() - 1,
            MAJOR_PER_SECOND,
            Math.round(SLO_MS * 1e6) - onTheWay - kind.profile().loadNanos())
        .bounds(Ground.at(SECOND, Value.of(MODELS)), MAJOR);
  }

  @Override
  public Drawing drawing() {
    return new Drawing(
        List.of(
            new Drawing.Picture.Curves(
                "requests met of the growing load",
                Ground.at(),
                SECOND,
                Axis.linear("second, and models of the growing load"),
                Axis.linear("requests met per second"),
                List.of(new Drawing.Line(MAJOR, "")),
                List.of(Series.published("paper: Clockwork, at the end", MODELS, 175))),
            new Drawing.Picture.Curves(
                "requests met of the steady load",
                Ground.at(),
                SECOND,
                Axis.linear("second, and models of the growing load"),
                Axis.linear("requests met per second"),
                List.of(new Drawing.Line(MINOR, "")),
                List.of(Series.published("paper: Clockwork, at the end", MODELS, 200)))));
  }
}
