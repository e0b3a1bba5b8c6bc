package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.core.action.Span;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;

/** What a controller's action log says of its predictions. */
public final class PredictionLog {
  private static final String LOG = "clockwork_action_log";
  private static final int SUCCESS = 0;

  private PredictionLog() {}

  /**
   * The errors of INFERs and LOADs that succeeded.
   *
   * @param warmUpNanos from the first INFER; what was sent before it was over does not count
   */
  public static PredictionErrors read(Path folder, long warmUpNanos) throws IOException {
    AtomicLong beganNanos = new AtomicLong(Long.MAX_VALUE);
    Tsv.read(
        folder,
        LOG,
        row -> {
          if (type(row).equals(Optional.of(ActionType.INFER))) {
            beganNanos.accumulateAndGet(row.number("t"), Math::min);
          }
        });
    PredictionErrors errors = new PredictionErrors();
    Tsv.read(
        folder,
        LOG,
        row -> {
          boolean counts =
              beganNanos.get() != Long.MAX_VALUE
                  && row.number("t") >= beganNanos.get() + warmUpNanos
                  && row.number("status") == SUCCESS;
          if (counts) {
            type(row).ifPresent(type -> errors.add(type, predicted(row), actual(row)));
          }
        });
    return errors;
  }

  /** Of those of which something is predicted. */
  private static Optional<ActionType> type(Tsv.Row row) {
    long number = row.number("action_type");
    for (ActionType type : new ActionType[] {ActionType.INFER, ActionType.LOAD}) {
      if (type.number() == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Times in the log count from the action's sending. */
  private static Prediction predicted(Tsv.Row row) {
    long durationNanos = row.number("expected_exec_duration");
    return new Prediction(0, row.number("expected_exec_complete") - durationNanos, durationNanos);
  }

  private static Span actual(Tsv.Row row) {
    long endedNanos = row.number("worker_exec_complete");
    return new Span(endedNanos - row.number("worker_exec_duration"), endedNanos);
  }
}
