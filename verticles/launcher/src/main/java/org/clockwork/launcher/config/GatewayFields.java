package org.clockwork.launcher.config;

import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.gateway.GatewayConfig;

/** The keys of {@code gateway.json}. */
final class GatewayFields {
  private static final double DAY_MILLIS = 86_400_000;

  private GatewayFields() {}

  static GatewayConfig read(JsonFields fields) {
    GatewayConfig defaults = GatewayConfig.DEFAULT;
    GatewayConfig config =
        new GatewayConfig(
            fields
                .millisAsNanos("defaultSloMillis", 0.001, DAY_MILLIS)
                .orElse(defaults.defaultSloNanos()),
            fields.millisAsNanos("maxSloMillis", 0.001, DAY_MILLIS).orElse(defaults.maxSloNanos()),
            fields
                .integer("inlineBytes", 0, 1 << 20)
                .map(Math::toIntExact)
                .orElse(defaults.inlineBytes()),
            fields
                .integer("maxOutstanding", 1, 10_000_000)
                .map(Math::toIntExact)
                .orElse(defaults.maxOutstanding()),
            fields.integer("maxHeldBytes", 1, 1L << 50).orElse(defaults.maxHeldBytes()));
    fields.refuseOthers();
    return config;
  }
}
