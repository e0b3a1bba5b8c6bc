package org.clockwork.gpunative.profile;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.clockwork.core.model.Profile;

/** How long the steps of one model took lately, beside what its profile says. */
public final class ObservedTimes {
  private final Profile profile;
  private final RecentDurations loads = new RecentDurations();
  private final Map<Integer, RecentDurations> execs = new TreeMap<>();

  public ObservedTimes(Profile profile) {
    this.profile = profile;
    profile.execNanos().keySet().forEach(batch -> execs.put(batch, new RecentDurations()));
  }

  /** A LOAD that began then has ended now. */
  public void loadedSince(long begunNanos) {
    loads.add(System.nanoTime() - begunNanos);
  }

  /** An EXEC of that batch size that began then has ended now. */
  public void executedSince(int batch, long begunNanos) {
    execs.get(batch).add(System.nanoTime() - begunNanos);
  }

  /** The profile with what was observed, where it differs by more than noise. */
  public Optional<Profile> profile() {
    return FreshProfile.of(profile, loads, execs);
  }
}
