package org.clockwork.core.model;

import java.util.List;

/**
 * What one kind of device needs for one model: a profile for each of its buckets. They run on the
 * same weights, so pages and LOAD are the same in all of them.
 *
 * @param buckets the shortest first; one where the model has one shape
 */
public record Profiles(List<Profile> buckets) {
  public Profiles {
    buckets = List.copyOf(buckets);
    if (buckets.isEmpty()) {
      throw new IllegalArgumentException("a model has at least one profile");
    }
    for (Profile bucket : buckets) {
      if (bucket.pages() != buckets.getFirst().pages()
          || bucket.loadNanos() != buckets.getFirst().loadNanos()) {
        throw new IllegalArgumentException(
            "all buckets of a model have the same weights, but their profiles differ: " + buckets);
      }
    }
  }

  /** Of a model of one shape. */
  public static Profiles of(Profile only) {
    return new Profiles(List.of(only));
  }

  public Profile bucket(int bucket) {
    return buckets.get(bucket);
  }

  /** Of the longest requests: what none takes longer than. */
  public Profile longest() {
    return buckets.getLast();
  }

  public int pages() {
    return longest().pages();
  }

  public long loadNanos() {
    return longest().loadNanos();
  }
}
