package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Workload;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series;

/** E6: how far one scheduler reaches, in GPUs and in requests per second. */
final class ManyGpus implements Experiment {
  private static final double SLO_MS = 100;
  private static final String SMALL = "resnet18_v2";
  private static final String LARGE = "resnet50_v2";
  private static final int[] GPUS = {10, 50, 100, 150, 200};
  private static final int LARGE_GPUS = 150;
  private static final int COPIES_PER_GPU = 10;
  private static final int HOLDERS = 8;

  /**
   * Thousands of requests per second in each half of a step: half a step to warm up, then 75, 150
   * and 225, and a little more of that after what is measured.
   */
  private static final int[] THOUSANDS = {75, 75, 75, 150, 150, 225, 225, 225};

  private static final long STEP_SECONDS = 10;
  private static final int STEPS = 3;

  /** Offered in all; to tell how much work a trial is. */
  private static final int REQUESTS = 5_000_000;

  private static final String PROFILE = "profile";
  private static final String GPUS_COLUMN = "gpus";
  private static final String END = "goodput_end_per_s";
  private static final String END_OF_PEAK = "goodput_end_of_peak_fraction";
  private static final String CPU_PER_SECOND = "scheduler_cpu_per_s";

  @Override
  public String name() {
    return "E6";
  }

  @Override
  public String title() {
    return "10 to 200 GPUs with 10 copies of a model for each, each copy held by 8 GPUs, objective 100 ms, offered 75,000,"
        + " 150,000 and 225,000/s, 10 s each";
  }

  @Override
  public String remark() {
    return "goodput_per_s is that of the best step; offered_per_s, latencies and fractions are those of the last;"
        + " late_accepted is of all; the scheduler's processor time holds reading and writing its messages";
  }

  @Override
  public List<Cell> cells(Extent extent) {
    List<Cell> cells = new ArrayList<>();
    for (int gpus : GPUS) {
      cells.add(cell(SMALL, gpus, extent));
    }
    cells.add(cell(LARGE, LARGE_GPUS, extent));
    return cells;
  }

  private static Cell cell(String profile, int gpus, Extent extent) {
    return new Cell(where(profile, gpus), extent.of(REQUESTS), _ -> setting(profile, gpus, extent));
  }

  private static SequencedMap<String, Value> where(String profile, int gpus) {
    return Ground.at(PROFILE, Value.of(profile), GPUS_COLUMN, Value.of(gpus));
  }

  private static Setting setting(String profile, int gpus, Extent extent) {
    long stepNanos = extent.nanosOf(STEP_SECONDS);
    List<Workload.Copies> models = new ArrayList<>();
    List<List<ModelSource>> held = new ArrayList<>();
    for (int gpu = 0; gpu < gpus; gpu++) {
      held.add(new ArrayList<>());
    }
    // Neighbours share few GPUs: the holders of each copy are spread over all of them.
    int apart = Math.max(1, gpus / HOLDERS);
    for (int copy = 0; copy < COPIES_PER_GPU * gpus; copy++) {
      ModelSource source = Ground.named(Ground.zoo(profile), profile + "-" + copy);
      models.add(new Workload.Copies(source.name(), 1));
      for (int holder = 0; holder < HOLDERS; holder++) {
        held.get((copy + holder * apart) % gpus).add(source);
      }
    }
    Workload.Stream stream =
        new Workload.Stream(
            models.stream().map(Workload.Copies::source).toList(),
            new Workload.Spread.Drawn(),
            new ArrivalProcess.Poisson(new Course.Replayed(THOUSANDS, 1_000, stepNanos / 2)),
            new Workload.Aim.Same(Ground.objective(SLO_MS)),
            Ground.choices(profile, SLO_MS).tenant());
    return new Setting(
        held.stream().map(sources -> Setting.Machine.of(1, sources)).toList(),
        List.of(new Setting.Party("all", new Workload("steps", models, List.of(stream)))),
        Measurement.of(stepNanos / 2, STEPS * stepNanos)
            .inWindowsOf(stepNanos)
            .with(Measurement.Extra.CODECS));
  }

  @Override
  public List<SequencedMap<String, Value>> rows(Cell cell, Figures figures) {
    Account end = figures.last().all();
    double peak =
        figures.windows().stream()
            .map(window -> window.all().goodputPerSecond())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    SequencedMap<String, Value> row = new LinkedHashMap<>(cell.parameters());
    row.put("offered_per_s", Value.of(end.offeredPerSecond()));
    row.put(END, Value.of(end.goodputPerSecond()));
    row.put(END_OF_PEAK, peak == 0 ? new Value.Absent() : Value.of(end.goodputPerSecond() / peak));
    row.put(CPU_PER_SECOND, Value.of(figures.schedulerSeconds() / figures.simulatedSeconds()));
    row.putAll(Columns.common(end, figures));
    row.put(Columns.GOODPUT, Value.of(peak));
    row.put(Columns.LATE_ACCEPTED, Value.of(figures.lateAccepted()));
    return List.of(row);
  }

  @Override
  public List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (int gpus : GPUS) {
      SequencedMap<String, Value> where = where(SMALL, gpus);
      if (gpus >= 100) {
        targets.add(Target.atLeast(195_000, Columns.GOODPUT, where));
      }
      targets.add(Target.atLeast(0.99, END_OF_PEAK, where));
      targets.add(Target.atMost(0.5, CPU_PER_SECOND, where));
    }
    targets.add(
        Target.atLeast(
            0.97 * Ground.RESNET50_V2_PER_SECOND * LARGE_GPUS,
            Columns.GOODPUT,
            where(LARGE, LARGE_GPUS)));
    return targets;
  }

  @Override
  public List<String> merits() {
    return List.of(Columns.GOODPUT, END);
  }

  @Override
  public List<Bound> bounds() {
    List<Bound> bounds = new ArrayList<>();
    for (int gpus : GPUS) {
      bounds.add(bound(SMALL, gpus));
    }
    bounds.add(bound(LARGE, LARGE_GPUS));
    return bounds;
  }

  /** What the GPUs execute, or what is offered at most where that is less. */
  private static Bound bound(String profile, int gpus) {
    Bound executing =
        Bound.executing(where(profile, gpus), Columns.GOODPUT, gpus, List.of(Ground.zoo(profile)));
    double offered = 1_000.0 * THOUSANDS[THOUSANDS.length - 1];
    return executing.most() <= offered
        ? executing
        : new Bound(
            executing.where(), executing.column(), offered, "no more is offered in any step");
  }

  @Override
  public Drawing drawing() {
    SequencedMap<String, Value> small = Ground.at(PROFILE, Value.of(SMALL));
    return new Drawing(
        List.of(
            new Drawing.Picture.Curves(
                "goodput of the best step, " + SMALL,
                small,
                GPUS_COLUMN,
                Axis.linear("GPUs"),
                Axis.linear("requests met per second"),
                List.of(new Drawing.Line(Columns.GOODPUT, ""), new Drawing.Line(END, "last step")),
                List.of(
                    Series.published("paper: Clockwork", 110, 103_387, 130, 75_000, 150, 75_000))),
            new Drawing.Picture.Curves(
                "scheduler, " + SMALL,
                small,
                GPUS_COLUMN,
                Axis.linear("GPUs"),
                Axis.linear("processor seconds per simulated second"),
                List.of(new Drawing.Line(CPU_PER_SECOND, "")),
                List.of())));
  }
}
