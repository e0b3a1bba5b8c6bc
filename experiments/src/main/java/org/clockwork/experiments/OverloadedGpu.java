package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.core.workload.Workloads;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series;

/** E7: what is left of the goodput when more is asked than can be done. */
final class OverloadedGpu implements Experiment {
  private static final String MODEL = "resnet50_v2";
  private static final int MODELS = 10;
  private static final double SLO_MS = 100;
  private static final double[] FACTORS = {1, 2, 4, 8};
  private static final String FACTOR = "load_factor";

  @Override
  public String name() {
    return "E7";
  }

  @Override
  public String title() {
    return "10 models (resnet50_v2) on 1 GPU, objective 100 ms, Poisson at 1, 2, 4 and 8 times the 923/s that its largest"
        + " batch attains";
  }

  @Override
  public List<Cell> cells(Extent extent) {
    List<Cell> cells = new ArrayList<>();
    for (double factor : FACTORS) {
      cells.add(cell(factor, extent));
    }
    return cells;
  }

  static Cell cell(double factor, Extent extent) {
    return Cell.of(
        where(factor),
        factor * Ground.RESNET50_V2_PER_SECOND,
        new Setting(
            Setting.Machine.of(1, List.of(Ground.zoo(MODEL))),
            Workloads.named(
                "poisson-open-loop",
                Ground.words(MODELS, factor * Ground.RESNET50_V2_PER_SECOND),
                Ground.choices(MODEL, SLO_MS)),
            Ground.minute(extent).with(Measurement.Extra.RETRIES)));
  }

  private static SequencedMap<String, Value> where(double factor) {
    return Ground.at(FACTOR, Value.of(factor));
  }

  @Override
  public List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    targets.add(Target.atLeast(785, Columns.GOODPUT, where(1)));
    targets.add(Target.atLeast(0.96 * Ground.RESNET50_V2_PER_SECOND, Columns.GOODPUT, where(2)));
    targets.add(Target.atLeast(0.995 * Ground.RESNET50_V2_PER_SECOND, Columns.GOODPUT, where(4)));
    targets.add(Target.atLeast(0.995 * Ground.RESNET50_V2_PER_SECOND, Columns.GOODPUT, where(8)));
    for (double factor : new double[] {2, 4, 8}) {
      targets.add(Target.atMost(5, Columns.REFUSAL_P50, where(factor)));
    }
    return targets;
  }

  @Override
  public Drawing drawing() {
    // Published: 97 % of what its own largest batch, 8, attains there.
    Series goodput = Series.published("paper: Clockwork", 2, 0.97 * 806);
    return new Drawing(
        List.of(
            new Drawing.Picture.Curves(
                "goodput",
                Ground.at(),
                FACTOR,
                Axis.log("load, as a multiple of 923/s", FACTORS),
                Axis.linear("requests met per second"),
                List.of(new Drawing.Line(Columns.GOODPUT, "")),
                List.of(goodput)),
            new Drawing.Picture.Curves(
                "refusals",
                Ground.at(),
                FACTOR,
                Axis.log("load, as a multiple of 923/s", FACTORS),
                Axis.linear("median time until a refusal, ms"),
                List.of(new Drawing.Line(Columns.REFUSAL_P50, "")),
                List.of(Series.published("paper: Clockwork", 2, 95)))));
  }
}
