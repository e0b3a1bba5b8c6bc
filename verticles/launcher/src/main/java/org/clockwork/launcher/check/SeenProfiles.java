package org.clockwork.launcher.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.worker.repository.ProfileFiles;

/**
 * Lets a device find the profiles that are there and keeps none by itself: a check changes nothing
 * unless asked to. Of one model.
 */
public final class SeenProfiles implements ProfileStore {
  private final ProfileFiles files;

  /** What was found for each bucket of the model, the shortest first. */
  private final SequencedMap<Key, Entry> seen = new LinkedHashMap<>();

  public SeenProfiles(ProfileFiles files) {
    this.files = files;
  }

  @Override
  public Optional<Entry> find(Key asked) {
    Optional<Entry> found = files.find(asked);
    found.ifPresent(entry -> seen.put(asked, entry));
    return found;
  }

  @Override
  public void keep(Key measured, Entry found) {
    seen.put(measured, found);
  }

  /**
   * Writes the profile of a bucket beside the model that was looked up, with the way of running it
   * that was found best.
   *
   * @param length of the bucket; any where the model has one shape
   * @return the file; empty where the device looked up none
   */
  public Optional<Path> write(int length, Profile profile) throws IOException {
    for (Map.Entry<Key, Entry> known : seen.entrySet()) {
      if (seen.size() == 1 || known.getKey().sequenceLength() == length) {
        Entry entry = new Entry(profile, known.getValue().optimisation());
        return Optional.of(files.keepBeside(known.getKey(), entry));
      }
    }
    return Optional.empty();
  }
}
