package org.clockwork.controller.metrics;

import java.util.EnumMap;
import java.util.Map;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/**
 * What Triton counts of a model, under the same rules: durations are summed over requests, so that
 * divided by their count they are a mean.
 */
final class ModelCounts {
  /** Triton's own words for it. */
  enum FailureReason {
    /** Refused, or its deadline passed. */
    REJECTED,
    CANCELED,
    /** The device failed. */
    BACKEND,
    OTHER
  }

  final Map<FailureReason, Long> failures = new EnumMap<>(FailureReason.class);
  long requests;
  long rows;
  long batches;
  long requestNanos;
  long queueNanos;
  long inputNanos;
  long execNanos;
  long outputNanos;

  ModelCounts() {
    for (FailureReason reason : FailureReason.values()) {
      failures.put(reason, 0L);
    }
  }

  void executed() {
    batches++;
  }

  /** A request that succeeded, and the batch that it was in. */
  void succeeded(RequestEnded ended, ActionEnded batch, Outcome.Inferred run) {
    requests++;
    rows += ended.request().rows();
    requestNanos += ended.latencyNanos();
    queueNanos += batch.prediction().sentNanos() - ended.request().arrivedNanos();
    inputNanos += run.input().nanos();
    execNanos += run.exec().nanos();
    outputNanos += run.output().nanos();
  }

  void failed(Result result) {
    failures.merge(reason(result), 1L, Long::sum);
  }

  private static FailureReason reason(Result result) {
    return switch (result) {
      case Result.Refused _, Result.TimedOut _ -> FailureReason.REJECTED;
      case Result.Cancelled _ -> FailureReason.CANCELED;
      case Result.Failed(ErrorCode code, _) ->
          code == ErrorCode.RUNTIME_ERROR ? FailureReason.BACKEND : FailureReason.OTHER;
      case Result.Succeeded _ -> throw new IllegalArgumentException("a success is no failure");
    };
  }
}
