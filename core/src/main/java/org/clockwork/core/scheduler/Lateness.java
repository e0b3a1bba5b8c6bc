package org.clockwork.core.scheduler;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.telemetry.Telemetry.Prediction;

/**
 * By how much a worker begins later than foreseen with what it is sent. On a machine whose cores
 * are busy that can be far more than the usual window leaves: each action would be refused for it
 * and sent again, to be late again, while everybody waits.
 */
final class Lateness {
  /** Whoever was later than that stood still, which is not what to expect of the next one. */
  private static final long NANOS_MAX = 1_000_000_000;

  /** The next one may be so many times as late as the latest of those before. */
  private static final int WORSE = 2;

  private final Estimate recent = new Estimate(0);

  /** The outcome of a LOAD or an INFER is back, on the controller's clock. */
  void observe(Outcome outcome, Prediction prediction) {
    switch (outcome) {
      case Outcome.Inferred inferred -> began(inferred.exec().begunNanos(), prediction);
      case Outcome.Loaded loaded -> began(loaded.load().begunNanos(), prediction);
      case Outcome.Refused refused when isForLateness(refused.code()) ->
          began(refused.stamps().sentNanos(), prediction);
      default -> {}
    }
  }

  /** It began then, or would have. */
  private void began(long nanos, Prediction prediction) {
    recent.observe(Math.clamp(nanos - prediction.beginNanos(), 0, NANOS_MAX));
  }

  private static boolean isForLateness(ErrorCode code) {
    return switch (code) {
      case COULD_NOT_START_IN_TIME, LOAD_TOO_LATE, INPUT_TOO_LATE, EXEC_TOO_LATE -> true;
      default -> false;
    };
  }

  /**
   * What is sent now may begin so long after it is expected to.
   *
   * @param usualNanos where nothing was late
   */
  long patienceNanos(long usualNanos) {
    return Math.max(usualNanos, WORSE * recent.nanos());
  }
}
