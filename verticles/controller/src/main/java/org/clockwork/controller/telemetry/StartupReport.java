package org.clockwork.controller.telemetry;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.worker.Announcement;

/**
 * What an operator reads while the controller comes up: its parameters, the workers that announce
 * themselves, each model as it is registered, and the totals once the first of them are settled. In
 * the published wording where there is one.
 */
public final class StartupReport {
  private final Consumer<String> lines;
  private final Map<WorkerId, Announcement> workers = new LinkedHashMap<>();
  private final Map<String, Integer> modelPages = new LinkedHashMap<>();
  private final Set<String> pending = new HashSet<>();
  private boolean admitting;

  public StartupReport(Consumer<String> lines) {
    this.lines = lines;
  }

  public void begin(String policy, SchedulerConfig scheduler, LogConfig log) {
    lines.accept("Starting Clockwork Controller");
    Path directory = log.directory().toAbsolutePath().normalize();
    lines.accept("Logging requests to " + directory.resolve(TelemetryLog.REQUESTS));
    lines.accept("Logging actions to " + directory.resolve(TelemetryLog.ACTIONS));
    lines.accept(policy + " scheduler using:");
    lines.accept("         default_slo=" + scheduler.defaultSloNanos());
    lines.accept("         latest_delta=" + scheduler.latestDeltaNanos());
    lines.accept("         schedule_ahead=" + scheduler.scheduleAheadNanos());
    lines.accept("         max_allowable_exec_time=" + scheduler.maxExecNanos());
    lines.accept("         max_batch_size=" + scheduler.maxBatch());
  }

  /** Workers say anew what they have; only what is new of their GPUs is told. */
  public void announced(Announcement announcement) {
    Announcement before = workers.put(announcement.worker(), announcement);
    if (before != null && before.gpus().equals(announcement.gpus())) {
      return;
    }
    lines.accept(
        "Worker %s %d GPUs %d models"
            .formatted(
                announcement.worker(), announcement.gpus().size(), announcement.hosted().size()));
    for (int gpu = 0; gpu < announcement.gpus().size(); gpu++) {
      DeviceSpec spec = announcement.gpus().get(gpu);
      lines.accept(
          String.format(
              Locale.ROOT,
              "GPU %d %.1f GB (%d pages) %d loaded models, %s",
              gpu,
              (double) spec.pages() * spec.pageBytes() / (1L << 30),
              spec.pages(),
              announcement.resident().get(gpu).size(),
              spec.kind()));
    }
  }

  public void left(WorkerId worker) {
    workers.remove(worker);
    lines.accept("Worker " + worker + " has left");
  }

  public void registered(HostedModel model) {
    ModelSpec spec = model.spec();
    model
        .profiles()
        .forEach(
            (kind, profile) -> {
              modelPages.merge(spec.name(), profile.pages(), Math::max);
              lines.accept(row(model, kind, profile));
            });
  }

  /** A model appeared, became ready, changed or went. */
  public void changed(ModelStatus status) {
    switch (status) {
      case ModelStatus.Registering registering -> pending.add(registering.name());
      case ModelStatus.Ready ready -> {
        pending.remove(ready.name());
        settle();
      }
      case ModelStatus.Gone gone -> {
        pending.remove(gone.name());
        modelPages.remove(gone.name());
      }
      case ModelStatus.Unavailable(String name, String reason) -> {
        if (pending.remove(name)) {
          lines.accept("model " + name + " can't be served: " + reason);
          settle();
        }
      }
    }
  }

  /** The totals, once, as soon as every model that was announced is ready or can't be. */
  public void settle() {
    if (admitting || workers.isEmpty() || !pending.isEmpty()) {
      return;
    }
    admitting = true;
    long gpus = workers.values().stream().mapToLong(worker -> worker.gpus().size()).sum();
    long pages =
        workers.values().stream()
            .flatMap(worker -> worker.gpus().stream())
            .mapToLong(DeviceSpec::pages)
            .sum();
    long needed = modelPages.values().stream().mapToLong(Integer::longValue).sum();
    lines.accept("Created " + modelPages.size() + " models");
    lines.accept("Created " + gpus + " GPUs on " + workers.size() + " Workers");
    lines.accept("Total GPU capacity " + pages + " pages.");
    lines.accept(
        "Total model pages %d (%d%% oversubscription)."
            .formatted(needed, Math.max(0, 100 * (needed - pages) / Math.max(1, pages))));
    lines.accept(" * Admitting inference requests");
  }

  private static String row(HostedModel model, String kind, Profile profile) {
    ModelSpec spec = model.spec();
    StringBuilder row =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s src=%s input=%d output=%d weights=%.1f MB (%d pages) xfer=%.1f",
                model.id(),
                spec.source(),
                spec.inputBytes(),
                spec.outputBytes(),
                spec.weightsBytes() / 1e6,
                profile.pages(),
                profile.loadNanos() / 1e6));
    profile
        .execNanos()
        .forEach(
            (batch, nanos) ->
                row.append(String.format(Locale.ROOT, " b%d=%.1f", batch, nanos / 1e6)));
    return row.append(" on ").append(kind).toString();
  }
}
