package org.clockwork.controller.telemetry;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.clockwork.core.action.Span;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;

/**
 * How far the scheduler's predictions were from what then happened, early and late apart, in
 * nanoseconds. Written by the controller's event loop; read from any thread.
 */
public final class PredictionErrors {
  /** What is predicted of an action. */
  public enum Figure {
    INFER_START,
    INFER_DURATION,
    INFER_COMPLETION,
    LOAD_DURATION,
    LOAD_COMPLETION
  }

  private final Map<Figure, Recorders> recorders = new EnumMap<>(Figure.class);

  public PredictionErrors() {
    for (Figure figure : Figure.values()) {
      recorders.put(figure, new Recorders(new Recorder(3), new Recorder(3)));
    }
  }

  public void accept(ActionEnded ended) {
    each(ended, this::record);
  }

  /** One action that succeeded, and when its own work ran. */
  public void add(ActionType type, Prediction predicted, Span span) {
    each(type, predicted, span, this::record);
  }

  private void record(Figure figure, long errorNanos) {
    recorders.get(figure).record(errorNanos);
  }

  /** Hears of one error. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param errorNanos positive where it was later or took longer than predicted
     */
    void error(Figure figure, long errorNanos);
  }

  /** The errors of one action; none where it did not do its work. */
  public static void each(ActionEnded ended, Listener listener) {
    ActionRow.exec(ended.outcome())
        .ifPresent(span -> each(ended.type(), ended.prediction(), span, listener));
  }

  private static void each(ActionType type, Prediction predicted, Span span, Listener listener) {
    long startNanos = span.begunNanos() - predicted.beginNanos();
    long durationNanos = span.nanos() - predicted.durationNanos();
    long completionNanos = span.endedNanos() - predicted.endNanos();
    switch (type) {
      case INFER -> {
        listener.error(Figure.INFER_START, startNanos);
        listener.error(Figure.INFER_DURATION, durationNanos);
        listener.error(Figure.INFER_COMPLETION, completionNanos);
      }
      case LOAD -> {
        listener.error(Figure.LOAD_DURATION, durationNanos);
        listener.error(Figure.LOAD_COMPLETION, completionNanos);
      }
      case UNLOAD -> {}
    }
  }

  /** The errors since the last call; nothing is counted twice. */
  public Errors take(Figure figure) {
    Recorders both = recorders.get(figure);
    return new Errors(both.early.getIntervalHistogram(), both.late.getIntervalHistogram());
  }

  /**
   * Absolute errors in nanoseconds.
   *
   * @param early sooner or shorter than predicted
   * @param late later or longer than predicted, or exactly as predicted
   */
  public record Errors(Histogram early, Histogram late) {}

  private record Recorders(Recorder early, Recorder late) {
    void record(long errorNanos) {
      if (errorNanos < 0) {
        early.recordValue(-errorNanos);
      } else {
        late.recordValue(errorNanos);
      }
    }
  }
}
