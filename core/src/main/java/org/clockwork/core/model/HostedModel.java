package org.clockwork.core.model;

import java.util.Map;

/**
 * A model that a worker holds in host memory, ready for LOAD.
 *
 * @param profiles by device kind; a device whose kind is missing can't run the model
 */
public record HostedModel(ModelId id, ModelSpec spec, Map<String, Profile> profiles) {
  public HostedModel {
    profiles = Map.copyOf(profiles);
  }
}
