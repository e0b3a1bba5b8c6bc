package org.clockwork.launcher.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.worker.repository.ProfileFiles;

/**
 * Lets a device find the profiles that are there and keeps none by itself: a check changes nothing
 * unless asked to. Of one model.
 */
public final class SeenProfiles implements ProfileStore {
  private final ProfileFiles files;
  private Optional<Key> key = Optional.empty();
  private Optional<Entry> entry = Optional.empty();

  public SeenProfiles(ProfileFiles files) {
    this.files = files;
  }

  @Override
  public Optional<Entry> find(Key asked) {
    key = Optional.of(asked);
    entry = files.find(asked);
    return entry;
  }

  @Override
  public void keep(Key measured, Entry found) {
    key = Optional.of(measured);
    entry = Optional.of(found);
  }

  /**
   * Writes a profile beside the model that was looked up last, with the way of running it that was
   * found best.
   *
   * @return the file; empty where the device looked up none
   */
  public Optional<Path> write(Profile profile) throws IOException {
    if (key.isEmpty() || entry.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(files.keepBeside(key.get(), new Entry(profile, entry.get().optimisation())));
  }
}
