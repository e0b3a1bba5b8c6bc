package org.clockwork.core.gateway;

import java.util.EnumMap;
import java.util.Map;
import org.clockwork.core.request.RefusalCause;

/** Counts how requests ended. */
final class Tally {
  private final Map<RefusalCause, Long> refused = new EnumMap<>(RefusalCause.class);
  private long offered;
  private long succeeded;
  private long met;
  private long timedOut;
  private long failed;
  private long cancelled;
  private long lateOutputs;

  Tally() {
    for (RefusalCause cause : RefusalCause.values()) {
      refused.put(cause, 0L);
    }
  }

  void offered() {
    offered++;
  }

  void cancelled() {
    cancelled++;
  }

  void lateOutputs() {
    lateOutputs++;
  }

  void answered(Answer answer) {
    switch (answer) {
      case Answer.Succeeded success -> {
        succeeded++;
        if (success.met()) {
          met++;
        }
      }
      case Answer.Refused refusal -> refused.merge(refusal.cause(), 1L, Long::sum);
      case Answer.TimedOut _ -> timedOut++;
      case Answer.Failed _ -> failed++;
    }
  }

  GatewayStatistics read(int outstanding, long heldBytes) {
    return new GatewayStatistics(
        offered,
        succeeded,
        met,
        refused,
        timedOut,
        failed,
        cancelled,
        lateOutputs,
        outstanding,
        heldBytes);
  }
}
