package org.clockwork.controller.telemetry;

import org.clockwork.core.action.Span;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;

/**
 * What a line of the action log says; good for as long as its row is. Times but {@link #sentNanos}
 * count from the action's sending.
 */
public record ActionLine(LogRow row) {
  /** Since the log began. */
  public long sentNanos() {
    return row.number("t");
  }

  /** Counts up from 0 in each run of a controller. */
  public long number() {
    return row.natural("action_id");
  }

  public ActionType type() {
    long number = row.number("action_type");
    for (ActionType type : ActionType.values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw row.unexpected("action_type", "1 (LOAD), 2 (INFER) or 3 (UNLOAD)");
  }

  public boolean succeeded() {
    return row.number("status") == ActionRow.SUCCEEDED;
  }

  public int batch() {
    return Math.toIntExact(Math.min(row.natural("batch_size"), Integer.MAX_VALUE));
  }

  public Prediction prediction() {
    long durationNanos = row.number("expected_exec_duration");
    return new Prediction(0, row.number("expected_exec_complete") - durationNanos, durationNanos);
  }

  /** When the own work of an action that succeeded ran. */
  public Span exec() {
    long endedNanos = row.number("worker_exec_complete");
    return new Span(endedNanos - row.natural("worker_exec_duration"), endedNanos);
  }

  /** From the sending until the controller had the outcome. */
  public long tookNanos() {
    return row.number("controller_result_enqueue");
  }
}
