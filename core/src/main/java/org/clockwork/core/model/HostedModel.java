package org.clockwork.core.model;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model that a worker holds in host memory, ready for LOAD.
 *
 * @param profiles by device kind; a device whose kind is missing can't run the model
 */
public record HostedModel(ModelId id, ModelSpec spec, Map<String, Profiles> profiles) {
  public HostedModel {
    profiles = Map.copyOf(profiles);
    profiles.forEach((kind, each) -> check(spec, kind, each));
  }

  private static void check(ModelSpec spec, String kind, Profiles profiles) {
    if (profiles.buckets().size() != spec.buckets()) {
      throw new IllegalArgumentException(
          "model '%s' has %d buckets and %d profiles on %s"
              .formatted(spec.name(), spec.buckets(), profiles.buckets().size(), kind));
    }
  }

  /** A model of one shape. */
  public static HostedModel of(ModelId id, ModelSpec spec, Map<String, Profile> profiles) {
    return new HostedModel(
        id,
        spec,
        profiles.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> Profiles.of(entry.getValue()))));
  }
}
