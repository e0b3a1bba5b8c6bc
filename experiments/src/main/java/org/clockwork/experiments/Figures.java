package org.clockwork.experiments;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What came of one trial.
 *
 * @param windows what was measured, in the order of time
 * @param retries what became of those that followed a refusal's hint
 * @param execSeconds how long GPUs executed in the measured part, added up over all of them
 * @param schedulerSeconds processor time that the scheduler took for all of the run, measured part
 *     or not, and 0 where it was not timed; the only figure that another run with the same seed may
 *     give differently
 * @param simulatedSeconds all of the run
 */
public record Figures(
    List<Window> windows,
    Retries retries,
    double execSeconds,
    double schedulerSeconds,
    double simulatedSeconds) {
  public Figures {
    windows = List.copyOf(windows);
  }

  /**
   * A stretch of the measured part.
   *
   * @param all every party together
   * @param parties in the order of the setting's, by name
   */
  public record Window(Account all, SequencedMap<String, Account> parties) {
    public Window {
      parties = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parties));
    }

    public Account party(String name) {
      Account account = parties.get(name);
      if (account == null) {
        throw new IllegalArgumentException(
            "no party is called '%s'; there are %s".formatted(name, parties.keySet()));
      }
      return account;
    }
  }

  /** How long was measured, in simulated time. */
  public double seconds() {
    return windows.stream().mapToDouble(window -> window.all().seconds()).sum();
  }

  /** The last window: of most experiments the only one. */
  public Window last() {
    return windows.getLast();
  }

  public long lateAccepted() {
    return windows.stream().mapToLong(window -> window.all().lateAccepted()).sum();
  }
}
