package org.clockwork.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.clockwork.codecs.ClockNews;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.telemetry.PublishedWording;
import org.clockwork.core.worker.Announcement;

/**
 * What an operator reads of a worker, in the published wording: the executors that start, the first
 * {@link #ACTIONS_MAX} start-up actions one by one, and a summary of all others. Lives on the
 * worker's event loop.
 */
final class WorkerLines {
  /** GPUs whose four executors are told each; of more there is one line. */
  static final int GPUS_MAX = 9;

  /** Enough to see a worker being set up; thousands of models are in the summaries alone. */
  static final int ACTIONS_MAX = 20;

  private static final int ROWS_MAX = 10;

  private final Consumer<String> lines;
  private final List<ActionId> told = new ArrayList<>();
  private final ActionCounts counts = new ActionCounts();
  private ClockNews clock = ClockNews.NONE;
  private int startUpActions;
  private boolean asked;
  private int answers;

  WorkerLines(Consumer<String> lines) {
    this.lines = lines;
  }

  /** All executors of all GPUs are ready for tasks. */
  void executorsStarted(int gpus) {
    for (int gpu = 0; gpu < gpus && gpus <= GPUS_MAX; gpu++) {
      lines.accept("GPU%d-GPU-0 started".formatted(gpu));
      lines.accept("GPU%d-PCIe_H2D_Inputs-0 started".formatted(gpu));
      // The published name of this one alone begins with the executor and ends with the GPU.
      lines.accept("PCIe_H2D_Weights-%d started".formatted(gpu));
      lines.accept("GPU%d-PCIe_D2H_Output-0 started".formatted(gpu));
    }
    if (gpus > GPUS_MAX) {
      lines.accept(
          "GPU0 to GPU%d: GPU, PCIe_H2D_Inputs, PCIe_H2D_Weights and PCIe_D2H_Output of each, %d executors started"
              .formatted(gpus - 1, 4 * gpus));
    }
  }

  /** The controller says what it makes of this worker's clock. */
  void clockNews(ClockNews news) {
    clock = news;
  }

  void received(Action action) {
    if (action instanceof Action.Register register && oneMore()) {
      told.add(register.id());
      lines.accept("Received %s:%s".formatted(register.id(), PublishedWording.order(register)));
    }
  }

  void sent(Outcome outcome) {
    counts.count(outcome);
    if (!told.remove(outcome.action())) {
      return;
    }
    String number = "Sending R" + outcome.action().number();
    if (outcome instanceof Outcome.Registered registered) {
      lines.accept(number + ":" + PublishedWording.result(registered));
    } else if (outcome instanceof Outcome.Refused refused) {
      lines.accept(
          "%s:LoadModelFromDisk error %d: %s"
              .formatted(number, refused.code().number(), refused.reason()));
    }
  }

  /** A controller asks who is there. */
  void stateAsked() {
    asked = true;
  }

  /**
   * The worker says what it has, asked or because it has come. The question has no number of its
   * own on the bus, so the worker counts its answers.
   */
  void announced(Announcement announcement) {
    boolean wasAsked = asked;
    asked = false;
    if (!oneMore()) {
      return;
    }
    int number = answers++;
    if (wasAsked) {
      lines.accept("Received A%d:GetWorkerState".formatted(number));
    }
    lines.accept("Sending R%d:GetWorkerState:".formatted(number));
    List<DeviceSpec> gpus = announcement.gpus();
    gpus.stream().findFirst().ifPresent(spec -> lines.accept(" page_size=" + spec.pageBytes()));
    lines.accept("gpus=");
    for (int gpu = 0; gpu < Math.min(gpus.size(), ROWS_MAX); gpu++) {
      lines.accept(row(gpu, gpus.get(gpu), announcement.resident().get(gpu).size()));
    }
    if (gpus.size() > ROWS_MAX) {
      lines.accept(" and %d GPUs more".formatted(gpus.size() - ROWS_MAX));
    }
    lines.accept("models=");
    announcement.hosted().stream().limit(ROWS_MAX).map(WorkerLines::row).forEach(lines);
    if (announcement.hosted().size() > ROWS_MAX) {
      lines.accept(" and %d models more".formatted(announcement.hosted().size() - ROWS_MAX));
    }
    lines.accept("");
  }

  private static String row(int gpu, DeviceSpec spec, int models) {
    // Inputs and outputs take slots here, not the bytes of two pools.
    return String.format(
        Locale.ROOT,
        " GPU-%d weights_cache=%.1fGB (%d pages) io_slots=%d %d models currently on GPU",
        gpu,
        PublishedWording.gigabytes(spec),
        spec.pages(),
        spec.ioSlots(),
        models);
  }

  private static String row(HostedModel model) {
    return " %s %s".formatted(model.id(), model.spec().name());
  }

  /** Says what has happened since the last time, and counts anew. */
  void summary(int openActions) {
    lines.accept(counts.line(clock, openActions));
    counts.clear();
  }

  private boolean oneMore() {
    startUpActions++;
    if (startUpActions == ACTIONS_MAX + 1) {
      lines.accept(
          "Further start-up actions are carried out without a line each: the first %d were told"
              .formatted(ACTIONS_MAX));
    }
    return startUpActions <= ACTIONS_MAX;
  }
}
