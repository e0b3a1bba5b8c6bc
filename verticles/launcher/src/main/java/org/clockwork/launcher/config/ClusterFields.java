package org.clockwork.launcher.config;

import java.util.Optional;
import org.clockwork.codecs.json.JsonFields;

/** The keys about the cluster, which the file of every role may have beside its own. */
final class ClusterFields {
  private ClusterFields() {}

  static ClusterConfig read(JsonFields fields) {
    ClusterConfig defaults = ClusterConfig.DEFAULT;
    return new ClusterConfig(
        text(fields, "cluster"),
        text(fields, "host"),
        fields.texts("join").orElse(defaults.join()),
        fields
            .integer("clusterPort", 0, 65_535)
            .map(Math::toIntExact)
            .orElse(defaults.clusterPort()));
  }

  /** An empty text leaves it to the default. */
  private static Optional<String> text(JsonFields fields, String key) {
    return fields.text(key).filter(text -> !text.isBlank());
  }
}
