package org.clockwork.worker;

import org.clockwork.codecs.ClockNews;
import org.clockwork.core.action.Outcome;

/** How many actions of each kind a worker has answered since its last summary. */
final class ActionCounts {
  private long loads;
  private long infers;
  private long unloads;
  private long models;
  private long errors;

  void count(Outcome outcome) {
    switch (outcome) {
      case Outcome.Loaded _ -> loads++;
      case Outcome.Inferred _ -> infers++;
      case Outcome.Unloaded _ -> unloads++;
      case Outcome.Registered _, Outcome.Withdrawn _ -> models++;
      case Outcome.Versioned _ -> {} // It was only looked for.
      case Outcome.Refused _ -> errors++;
    }
  }

  /**
   * The published line. Skew and RTT are nanoseconds, and the controller's estimates of a moment
   * ago: see {@link ClockNews}. The counts are of what was done since the last line, errors of what
   * was refused, pending of what is open now. Models brought to host memory or taken from there are
   * ours and stand behind.
   */
  String line(ClockNews clock, int openActions) {
    return ("Clock Skew=%d  RTT=%d  LdWts=%d  Inf=%d  Evct=%d  || Total Pending=%d  Errors=%d"
            + "  Models=%d")
        .formatted(
            clock.skewNanos(),
            clock.roundTripNanos(),
            loads,
            infers,
            unloads,
            openActions,
            errors,
            models);
  }

  void clear() {
    loads = 0;
    infers = 0;
    unloads = 0;
    models = 0;
    errors = 0;
  }
}
