package org.clockwork.gpunative.profile;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.clockwork.core.model.Profile;

/** Compares a stored profile with what was observed since. */
final class FreshProfile {
  /** Fewer runs say more about the moment than about the model. */
  private static final int LEAST_EXECS = 20;

  private static final int LEAST_LOADS = 3;

  /** The scheduler corrects smaller errors within its first ten measurements anyway. */
  private static final double NOTABLE = 0.1;

  private FreshProfile() {}

  /** Empty where nothing differs notably. */
  static Optional<Profile> of(
      Profile stored, RecentDurations loads, Map<Integer, RecentDurations> execs) {
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    stored
        .execNanos()
        .forEach(
            (batch, nanos) ->
                execNanos.put(batch, fresher(nanos, execs.get(batch).upper(LEAST_EXECS))));
    long loadNanos = fresher(stored.loadNanos(), loads.upper(LEAST_LOADS));
    Profile fresh =
        new Profile(
            stored.pages(), loadNanos, stored.inputNanos(), stored.outputNanos(), execNanos);
    return fresh.equals(stored) ? Optional.empty() : Optional.of(fresh);
  }

  private static long fresher(long storedNanos, OptionalLong observedNanos) {
    long nanos = observedNanos.orElse(storedNanos);
    return Math.abs(nanos - storedNanos) > NOTABLE * storedNanos ? nanos : storedNanos;
  }
}
