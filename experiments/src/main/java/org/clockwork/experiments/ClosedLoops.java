package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clockwork.core.workload.Workloads;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series;

/** E1: what one GPU attains under objectives from tight to wide. */
final class ClosedLoops implements Experiment {
  private static final String MODEL = "resnet50_v2";
  private static final double[] SLO_MS = {10, 25, 50, 100, 250, 500};
  private static final double[] LEAST_PER_SECOND = {660, 800, 915, 915, 915, 915};

  @Override
  public String name() {
    return "E1";
  }

  @Override
  public String title() {
    return "15 models (resnet50_v2) on 1 GPU, 16 closed-loop clients each, by objective";
  }

  @Override
  public List<Cell> cells(Extent extent) {
    List<Cell> cells = new ArrayList<>();
    for (double slo : SLO_MS) {
      cells.add(
          Cell.of(
              Ground.at(Ground.SLO_MS, Value.of(slo)),
              Ground.RESNET50_V2_PER_SECOND,
              new Setting(
                  Setting.Machine.of(1, List.of(Ground.zoo(MODEL))),
                  Workloads.named(
                      "comparison_experiment2", Ground.words(15, 16), Ground.choices(MODEL, slo)),
                  Ground.minute(extent))));
    }
    return cells;
  }

  @Override
  public List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < SLO_MS.length; i++) {
      targets.add(
          Target.atLeast(
              LEAST_PER_SECOND[i], Columns.GOODPUT, Ground.at(Ground.SLO_MS, Value.of(SLO_MS[i]))));
      targets.add(
          Target.atMost(0, Columns.LATE_ACCEPTED, Ground.at(Ground.SLO_MS, Value.of(SLO_MS[i]))));
    }
    return targets;
  }

  @Override
  public String besideThePaper() {
    return Ground.publishedPolicy()
        + String.format(
            Locale.ROOT,
            " At 10 ms the objective leaves 7.5 ms instead of 5, room for batches of 4 (%.2f ms). At 25 ms the 10 ms of"
                + " outstanding work leave 10 of the 20 ms, in which a batch of 8 (%.2f ms) just fits or doesn't. At wide"
                + " objectives batches of 16 attain %.0f/s where the paper's batches of 8 attain %.0f/s; between them a"
                + " batch of 16 (%.2f ms) that comes too late is made up of smaller ones.",
            Ground.execMillis(MODEL, 4),
            Ground.execMillis(MODEL, 8),
            16e3 / Ground.execMillis(MODEL, 16),
            8e3 / Ground.execMillis(MODEL, 8),
            Ground.execMillis(MODEL, 16));
  }

  @Override
  public Drawing drawing() {
    return new Drawing(
        List.of(
            new Drawing.Picture.Curves(
                "goodput of one GPU",
                Ground.at(),
                Ground.SLO_MS,
                Axis.log("objective, ms", SLO_MS),
                Axis.linear("requests met per second"),
                List.of(new Drawing.Line(Columns.GOODPUT, "")),
                List.of(
                    Series.published(
                        "paper: Clockwork",
                        10,
                        140,
                        25,
                        742,
                        50,
                        801,
                        100,
                        801,
                        250,
                        785,
                        500,
                        801),
                    Series.published(
                        "paper: INFaaS", 10, 0, 25, 11, 50, 2, 100, 189, 250, 374, 500, 740),
                    Series.published("paper: Clipper", 100, 124, 250, 282, 500, 296)))));
  }
}
