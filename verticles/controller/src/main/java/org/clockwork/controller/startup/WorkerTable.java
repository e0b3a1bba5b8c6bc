package org.clockwork.controller.startup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.telemetry.PublishedWording;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;

/** The workers that are there, with their GPUs, as the start-up lines show them. */
final class WorkerTable {
  /** GPUs shown of one worker, and workers shown in one table; the totals count all. */
  private static final int ROWS_MAX = 10;

  private final Consumer<String> lines;
  private final Map<WorkerId, Row> rows = new LinkedHashMap<>();

  private static final class Row {
    List<DeviceSpec> gpus = List.of();
    int models;
    final List<Integer> loaded = new ArrayList<>();
  }

  WorkerTable(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Says whether that is news: a worker that says the same of its GPUs once more is none. */
  boolean announced(Announcement announcement) {
    Row row = rows.computeIfAbsent(announcement.worker(), _ -> new Row());
    boolean news = !row.gpus.equals(announcement.gpus());
    row.gpus = announcement.gpus();
    row.models = announcement.hosted().size();
    row.loaded.clear();
    announcement.resident().forEach(models -> row.loaded.add(models.size()));
    return news;
  }

  void left(WorkerId worker) {
    rows.remove(worker);
  }

  /** The worker has one model more in its host memory. */
  void hosts(WorkerId worker) {
    Row row = rows.get(worker);
    if (row != null) {
      row.models++;
    }
  }

  /** A GPU has one model more in its pages, or one less. */
  void accept(Telemetry.ActionEnded ended) {
    int change =
        switch (ended.outcome()) {
          case Outcome.Loaded _ -> 1;
          case Outcome.Unloaded _ -> -1;
          case Outcome.Inferred _,
              Outcome.Registered _,
              Outcome.Versioned _,
              Outcome.Withdrawn _,
              Outcome.Refused _ ->
              0;
        };
    GpuId gpu = ended.gpu();
    Row row = rows.get(gpu.worker());
    if (change != 0 && row != null) {
      row.loaded.set(gpu.index(), row.loaded.get(gpu.index()) + change);
    }
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  void print() {
    rows.values().stream()
        .flatMap(row -> row.gpus.stream())
        .map(DeviceSpec::pageBytes)
        .findFirst()
        .ifPresent(bytes -> lines.accept("Clockwork page_size=" + bytes));
    rows.keySet().stream().limit(ROWS_MAX).forEach(this::print);
    if (rows.size() > ROWS_MAX) {
      lines.accept("and %d workers more".formatted(rows.size() - ROWS_MAX));
    }
  }

  void print(WorkerId worker) {
    Row row = rows.get(worker);
    int gpus = row.gpus.size();
    lines.accept(
        "Worker %s %d GPUs %d models".formatted(PublishedWording.worker(worker), gpus, row.models));
    for (int gpu = 0; gpu < Math.min(gpus, ROWS_MAX); gpu++) {
      DeviceSpec spec = row.gpus.get(gpu);
      lines.accept(
          String.format(
              Locale.ROOT,
              "GPU %d %.1f GB (%d pages) %d loaded models on %s",
              gpu,
              PublishedWording.gigabytes(spec),
              spec.pages(),
              row.loaded.get(gpu),
              spec.kind()));
    }
    if (gpus > ROWS_MAX) {
      lines.accept("and %d GPUs more".formatted(gpus - ROWS_MAX));
    }
  }

  void printTotals() {
    lines.accept("Created %d GPUs on %d Workers".formatted(gpus().size(), rows.size()));
    lines.accept("Total GPU capacity %d pages (%s per GPU).".formatted(pages(), pagesEach()));
  }

  /** A line for each of the first GPUs: from now on the scheduler gives it work. */
  void printHandlers() {
    int gpus = gpus().size();
    for (int gpu = 0; gpu < Math.min(gpus, ROWS_MAX); gpu++) {
      lines.accept("GPU handler [ %d ] started".formatted(gpu));
    }
    if (gpus > ROWS_MAX) {
      lines.accept("and %d GPU handlers more".formatted(gpus - ROWS_MAX));
    }
  }

  long pages() {
    return gpus().stream().mapToLong(DeviceSpec::pages).sum();
  }

  private String pagesEach() {
    int fewest = gpus().stream().mapToInt(DeviceSpec::pages).min().orElse(0);
    int most = gpus().stream().mapToInt(DeviceSpec::pages).max().orElse(0);
    return fewest == most ? String.valueOf(most) : fewest + " to " + most;
  }

  private List<DeviceSpec> gpus() {
    return rows.values().stream().flatMap(row -> row.gpus.stream()).toList();
  }
}
