package org.clockwork.gpunative.profile;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.model.Profile;

/** Remembers what measuring a model found out, so that the next start need not measure again. */
public interface ProfileStore {

  /** Forgets everything at once. */
  ProfileStore NONE =
      new ProfileStore() {
        @Override
        public Optional<Entry> find(Key key) {
          return Optional.empty();
        }

        @Override
        public void keep(Key key, Entry entry) {}
      };

  Optional<Entry> find(Key key);

  /** Never fails: what can't be kept is measured again, and the store says so. */
  void keep(Key key, Entry entry);

  /**
   * What a profile holds for: another processor, another file or another shape is another key.
   *
   * @param folder where the model lies, and its profile if that can be written
   * @param sequenceLength 0 where the model has no free one
   */
  record Key(
      Path folder,
      String deviceKind,
      String modelSha256,
      List<Integer> batchSizes,
      int sequenceLength) {
    public Key {
      batchSizes = List.copyOf(batchSizes);
    }
  }

  /**
   * A profile and the way of running the model that it was measured with.
   *
   * @param optimisation empty for compiled models: there is one way to run those
   */
  record Entry(Profile profile, Optional<GraphOptimisation> optimisation) {}
}
