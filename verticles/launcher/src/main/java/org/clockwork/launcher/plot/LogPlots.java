package org.clockwork.launcher.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.HdrHistogram.Histogram;
import org.clockwork.controller.telemetry.LogReader;
import org.clockwork.controller.telemetry.PredictionErrors.Errors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.clockwork.controller.telemetry.UnreadableLogException;
import org.clockwork.experiments.plot.Panel;
import org.clockwork.experiments.plot.Svg;
import org.clockwork.launcher.config.UnusableException;

/** What the last run in a log folder came to, in words and in pictures. */
public final class LogPlots {
  private static final SequencedMap<Figure, String> PREDICTIONS = new LinkedHashMap<>();

  static {
    PREDICTIONS.put(Figure.INFER_DURATION, "INFER duration");
    PREDICTIONS.put(Figure.INFER_COMPLETION, "INFER completion");
    PREDICTIONS.put(Figure.LOAD_DURATION, "LOAD duration");
    PREDICTIONS.put(Figure.LOAD_COMPLETION, "LOAD completion");
  }

  private final RequestFigures requests;
  private final ActionFigures actions;
  private final int earlierRuns;

  private LogPlots(RequestFigures requests, ActionFigures actions, int earlierRuns) {
    this.requests = requests;
    this.actions = actions;
    this.earlierRuns = earlierRuns;
  }

  /**
   * Reads both logs in a folder, as a stream.
   *
   * @throws UnusableException there are none, nothing is in them, or a line is malformed
   */
  public static LogPlots read(Path folder) {
    LastRequests requests = new LastRequests();
    LastActions actions = new LastActions();
    read(LogReader.requests(folder), requests, "no request has ended");
    read(LogReader.actions(folder), actions, "no action has ended");
    return new LogPlots(
        requests.figures(),
        actions.figures(),
        Math.max(requests.earlierRuns(), actions.earlierRuns()));
  }

  private static void read(LogReader log, LastRun run, String nothing) {
    try {
      log.read(run);
      if (run.empty()) {
        throw new UnusableException(
            "%s: %s in this run; wait for the first, or start a client"
                .formatted(log.parts().getLast(), nothing));
      }
    } catch (UnreadableLogException e) {
      throw new UnusableException(e.getMessage());
    } catch (IOException e) {
      throw new UnusableException("a log can't be read: " + e);
    }
  }

  RequestFigures requests() {
    return requests;
  }

  ActionFigures actions() {
    return actions;
  }

  /** A few lines for a terminal. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Requests  offered=%d (%.2f/s) goodput=%.2f/s met=%.2f%% refused=%d cold=%.2f%%",
            requests.offered(),
            requests.offeredPerSecond(),
            requests.goodputPerSecond(),
            100 * requests.metFraction(),
            requests.refused(),
            100 * requests.coldFraction()));
    Histogram latency = requests.latencyNanos();
    lines.add(
        latency.getTotalCount() == 0
            ? "Latency   none: no request succeeded"
            : String.format(
                Locale.ROOT,
                "Latency   p50=%.2f p99=%.2f max=%.2f ms",
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6,
                latency.getMaxValue() / 1e6));
    PREDICTIONS.forEach((figure, words) -> lines.add(line(words, actions.errors(figure))));
    if (earlierRuns > 0) {
      lines.add("Of the last run; the logs of %d before it are left out".formatted(earlierRuns));
    }
    return String.join("\n", lines);
  }

  private static String line(String words, Errors errors) {
    return "Predicted %-16s early %s  late %s"
        .formatted(words, micros(errors.early()), micros(errors.late()));
  }

  private static String micros(Histogram errors) {
    return errors.getTotalCount() == 0
        ? "none"
        : String.format(
            Locale.ROOT,
            "p50=%.1f p99=%.1f µs (%d)",
            errors.getValueAtPercentile(50) / 1e3,
            errors.getValueAtPercentile(99) / 1e3,
            errors.getTotalCount());
  }

  /** The pictures, each by the name of its file. */
  public SequencedMap<String, String> pictures() {
    RequestPanels ofRequests = new RequestPanels(requests, "the controller started");
    ActionPanels ofActions = new ActionPanels(actions);
    SequencedMap<String, String> pictures = new LinkedHashMap<>();
    put(
        pictures,
        "latency",
        Svg.of(
            "Latency over time, of requests that succeeded",
            List.of(ofRequests.latencyOverTime().untitled())));
    put(
        pictures,
        "goodput",
        Svg.eachWithLegend(
            "Goodput, offered load and cold starts",
            List.of(
                ofRequests.goodputOverTime(),
                ofRequests.goodputAgainstOffered(),
                ofRequests.coldOverTime())));
    put(
        pictures,
        "cdf",
        Svg.of(
            "Distribution of latency, of requests that succeeded",
            List.of(ofRequests.distribution().untitled())));
    put(
        pictures,
        "batches",
        Svg.eachWithLegend(
            "Batches, INFERs and LOADs",
            List.of(
                ofActions.batchSizes(), ofActions.batchesOverTime(), ofActions.actionsOverTime())));
    List<Panel> errors = new ArrayList<>();
    PREDICTIONS.forEach((figure, words) -> errors.add(ofActions.errors(words, figure)));
    put(pictures, "prediction-errors", Svg.of("Predicted against actual", errors));
    return pictures;
  }

  private static void put(SequencedMap<String, String> pictures, String name, String svg) {
    pictures.put(name + ".svg", svg);
  }
}
