package org.clockwork.experiments;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.core.workload.Workloads;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series;

/** E5: thousands of models of every kind, most of them cold, as functions are invoked. */
final class ReplayedTrace implements Experiment {
  private static final int MACHINES = 6;
  private static final int GPUS_EACH = 2;
  private static final double SLO_MS = 100;

  /**
   * Requests per invocation are this times 0.125 for each of the machines: some 1,600 a second, and
   * 2,300 in the first minutes. With all kinds alike 12 GPUs can do 2,830 a second one by one, and
   * in the largest batches what {@link #bounds} says; most of these models have too little traffic
   * for batches; at 0.5 a tenth was refused.
   */
  private static final double LOAD_FACTOR = 0.3;

  private static final int EVERY_KIND = 1;

  /** Of the published levels that with 66 copies of each kind. */
  private static final int COPIES_LEVEL = 4;

  /** Enough for three million requests. */
  private static final long MEASURED_SECONDS = 2_000;

  /** Of the requests in the paper. */
  private static final double PUBLISHED_COLD = 0.013;

  private static final String OFFERED = "offered";
  private static final String LATENCY_MS = "latency, ms";

  @Override
  public String name() {
    return "E5";
  }

  @Override
  public String title() {
    return "a made-up Azure trace of 46,000 functions over 66 copies of each of 64 kinds of model, on 12 GPUs, objective"
        + " 100 ms";
  }

  @Override
  public String remark() {
    return "azure %d 1 %s 4, from the trace's midnight on: %s requests for each invocation"
        .formatted(MACHINES, LOAD_FACTOR, Value.of(0.125 * MACHINES * LOAD_FACTOR).text());
  }

  @Override
  public List<Cell> cells(Extent extent) {
    return List.of(new Cell(Ground.at(), extent.of(3_000_000), seed -> setting(extent, seed)));
  }

  private static Setting setting(Extent extent, long seed) {
    return new Setting(
        Collections.nCopies(MACHINES, Setting.Machine.of(GPUS_EACH, Zoo.models())),
        List.of(
            new Setting.Party(
                "all",
                Workloads.named(
                    "azure",
                    Ground.words(MACHINES, EVERY_KIND, LOAD_FACTOR, COPIES_LEVEL),
                    Ground.choices("resnet50_v2", SLO_MS)
                        .withTraces(new AzureSynth(AzureSynth.FUNCTIONS, seed))
                        .seeded(seed)))),
        Measurement.of(extent.nanosOf(Ground.WARM_UP_SECONDS), extent.nanosOf(MEASURED_SECONDS))
            .with(Measurement.Extra.RETRIES));
  }

  @Override
  public List<SequencedMap<String, Value>> rows(Cell cell, Figures figures) {
    SequencedMap<String, Value> row = new LinkedHashMap<>();
    row.put(OFFERED, Value.of(figures.last().all().offered()));
    row.putAll(Columns.common(figures.last().all(), figures));
    return List.of(row);
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atLeast(3_000_000, OFFERED, Ground.at()),
        Target.atMost(0, Columns.LATE_ACCEPTED, Ground.at()),
        Target.atMost(35, Columns.P99, Ground.at()),
        new Target(Ground.at(), Columns.MET, new Target.Demand.BestOfAll()));
  }

  @Override
  public List<String> parameters() {
    return List.of();
  }

  @Override
  public List<String> merits() {
    return List.of(Columns.MET);
  }

  /** LOADs are made beside executions; which of the two is the narrower way decides. */
  @Override
  public List<Bound> bounds() {
    int gpus = MACHINES * GPUS_EACH;
    Bound executing = Bound.executing(Ground.at(), Columns.GOODPUT, gpus, Zoo.models());
    double loading = gpus * Bound.loadsPerSecond(Zoo.models()) / PUBLISHED_COLD;
    return List.of(
        new Bound(
            executing.where(),
            executing.column(),
            Math.min(executing.most(), loading),
            String.format(
                Locale.ROOT,
                "%s; LOADs are made beside that, and with %.1f %% of requests cold, as published, there is time for"
                    + " those of %,.0f/s",
                executing.because(),
                100 * PUBLISHED_COLD,
                loading)));
  }

  @Override
  public Drawing drawing() {
    return new Drawing(
        List.of(
            new Drawing.Picture.SideBySide(
                "latency",
                Axis.linear(LATENCY_MS),
                List.of(Columns.P50, Columns.P99, Columns.MAX),
                List.of(Series.published("paper: Clockwork", 0, 17, 1, 37, 2, 76))),
            new Drawing.Picture.SideBySide(
                "fractions",
                Axis.linear("fraction of requests"),
                List.of(Columns.MET, "cold_fraction"),
                List.of(Series.published("paper: Clockwork", 0, 1, 1, PUBLISHED_COLD))),
            new Drawing.Picture.SideBySide(
                "goodput",
                Axis.linear("requests met per second"),
                List.of(Columns.GOODPUT),
                List.of(Series.published("paper: Clockwork", 0, 9_638)))));
  }
}
