package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.workload.Workloads;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series;

/** E4: a few requests with tight objectives beside many that have all the time in the world. */
final class BesideBatches implements Experiment {
  private static final String MODEL = "resnet50_v1";
  private static final int GPUS = 6;
  private static final String SENSITIVE = "sensitive";
  private static final String BATCH = "batch";
  private static final int SENSITIVE_MODELS = 6;
  private static final double BATCH_SLO_MS = 60_000;

  /** What six GPUs do about of these, to tell how much work a trial is. */
  private static final double BATCH_PER_SECOND = 5_000;

  private static final long[] RATES = {200, 1_200};
  private static final long[] BATCH_MODELS = {12, 48};

  /** Which of the tight objectives are tried: 9.8, 14.7 and 22 ms. */
  private static final int[] OBJECTIVES = {3, 4, 5};

  private static final String BATCH_MODELS_COLUMN = "batch_models";
  private static final String BATCH_GOODPUT = "batch_goodput_per_s";

  @Override
  public String name() {
    return "E4";
  }

  @Override
  public String title() {
    return "6 latency-sensitive models (resnet50_v1) at 200 or 1,200/s in all on 6 GPUs, beside 12 batch models with 16"
        + " closed-loop clients each, or 48 with 4";
  }

  @Override
  public String remark() {
    return Ground.AT_CONTROLLER_REMARK
        + "; the common columns are about the latency-sensitive requests; the batch clients' objective of 60 s never binds";
  }

  @Override
  public List<Cell> cells(Extent extent) {
    List<ModelSource> sources =
        List.of(Ground.named(Ground.zoo(MODEL), SENSITIVE), Ground.named(Ground.zoo(MODEL), BATCH));
    List<Cell> cells = new ArrayList<>();
    for (long rate : RATES) {
      for (long batchModels : BATCH_MODELS) {
        for (int k : OBJECTIVES) {
          List<Setting.Party> parties =
              List.of(
                  new Setting.Party(
                      SENSITIVE,
                      Workloads.named(
                          "poisson-open-loop",
                          Ground.words(SENSITIVE_MODELS, rate),
                          Ground.choices(SENSITIVE, Ground.tightMillis(k)))),
                  new Setting.Party(
                      BATCH,
                      Workloads.named(
                          "comparison_experiment2",
                          Ground.words(batchModels, batchModels == 12 ? 16 : 4),
                          Ground.choices(BATCH, BATCH_SLO_MS))));
          cells.add(
              Cell.of(
                  where(rate, batchModels, k),
                  rate + BATCH_PER_SECOND,
                  new Setting(
                          List.of(Setting.Machine.of(GPUS, sources)),
                          parties,
                          Ground.minute(extent))
                      .under(Ground.AT_CONTROLLER)));
        }
      }
    }
    return cells;
  }

  private static SequencedMap<String, Value> where(long rate, long batchModels, int objective) {
    SequencedMap<String, Value> where = where(rate, batchModels);
    where.put(Ground.SLO_MS, Value.of(Ground.tightMillis(objective)));
    return where;
  }

  private static SequencedMap<String, Value> where(long rate, long batchModels) {
    return Ground.at(Ground.RATE, Value.of(rate), BATCH_MODELS_COLUMN, Value.of(batchModels));
  }

  @Override
  public List<SequencedMap<String, Value>> rows(Cell cell, Figures figures) {
    SequencedMap<String, Value> row = new LinkedHashMap<>(cell.parameters());
    row.put(BATCH_GOODPUT, Value.of(figures.last().party(BATCH).goodputPerSecond()));
    row.putAll(Columns.common(figures.last().party(SENSITIVE), figures));
    return List.of(row);
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atLeast(.999, Columns.MET, where(200, 12, 3)),
        Target.atLeast(5_100, BATCH_GOODPUT, where(200, 12, 3)),
        Target.atLeast(.9999, Columns.MET, where(200, 12, 4)),
        Target.atLeast(5_450, BATCH_GOODPUT, where(200, 12, 4)),
        Target.atLeast(.998, Columns.MET, where(1_200, 12, 3)),
        Target.atLeast(2_450, BATCH_GOODPUT, where(1_200, 12, 3)),
        Target.atLeast(.998, Columns.MET, where(1_200, 12, 4)),
        Target.atLeast(2_750, BATCH_GOODPUT, where(1_200, 12, 4)));
  }

  @Override
  public List<String> merits() {
    return List.of(Columns.MET, BATCH_GOODPUT);
  }

  @Override
  public String besideThePaper() {
    return Ground.publishedPolicy()
        + String.format(
            Locale.ROOT,
            " The batch clients fill batches of 16, which take %.2f ms and run to their end: whoever comes with 9.8 or"
                + " 14.7 ms is too late. The paper's are of 8 at most (%.2f ms), which leave time for some, and attain half"
                + " the batch goodput.",
            Ground.execMillis(MODEL, 16),
            Ground.execMillis(MODEL, 8));
  }

  @Override
  public Drawing drawing() {
    double[] objectives = new double[OBJECTIVES.length];
    for (int i = 0; i < OBJECTIVES.length; i++) {
      objectives[i] = Ground.tightMillis(OBJECTIVES[i]);
    }
    List<Drawing.Picture> pictures = new ArrayList<>();
    for (long rate : RATES) {
      for (long batchModels : BATCH_MODELS) {
        boolean asPublished = rate == 200 && batchModels == 12;
        String title = String.format(Locale.ROOT, "%,d/s beside %d", rate, batchModels);
        pictures.add(
            new Drawing.Picture.Curves(
                title + ": in time",
                where(rate, batchModels),
                Ground.SLO_MS,
                Axis.log("objective, ms", objectives),
                Axis.linear("fraction of requests met"),
                List.of(new Drawing.Line(Columns.MET, "")),
                asPublished
                    ? List.of(
                        Series.published(
                            "paper: Clockwork",
                            objectives[0],
                            .655,
                            objectives[1],
                            .877,
                            objectives[2],
                            .996))
                    : List.of()));
        pictures.add(
            new Drawing.Picture.Curves(
                title + ": batch",
                where(rate, batchModels),
                Ground.SLO_MS,
                Axis.log("objective, ms", objectives),
                Axis.linear("batch requests per second"),
                List.of(new Drawing.Line(BATCH_GOODPUT, "")),
                asPublished
                    ? List.of(
                        Series.published(
                            "paper: Clockwork, least", objectives[0], 2_500, objectives[2], 2_500),
                        Series.published(
                            "paper: Clockwork, most", objectives[0], 2_900, objectives[2], 2_900))
                    : List.of()));
      }
    }
    return new Drawing(pictures);
  }
}
