package org.clockwork.launcher.config;

import java.util.Optional;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.DoorsConfig;

/** The keys of {@code gateway.json}. */
final class GatewayFields {
  private static final double DAY_MILLIS = 86_400_000;

  private GatewayFields() {}

  /** Both what the gateway and what its doors are told. */
  static Configuration over(Configuration before, JsonFields fields) {
    Configuration after = before.with(doors(fields)).with(gateway(fields));
    fields.refuseOthers();
    return after;
  }

  private static DoorsConfig doors(JsonFields fields) {
    DoorsConfig defaults = DoorsConfig.DEFAULT;
    return new DoorsConfig(
        fields.text("doorHost").orElse(defaults.host()),
        port(fields, "httpPort").orElse(defaults.httpPort()),
        port(fields, "grpcPort").orElse(defaults.grpcPort()),
        bytes(fields, "maxBodyBytes").orElse(defaults.maxBodyBytes()),
        bytes(fields, "maxJsonBytes").orElse(defaults.maxJsonBytes()),
        fields.integer("maxReadingBytes", 1, 1L << 50).orElse(defaults.maxReadingBytes()),
        fields
            .integer("maxConnections", 1, 1_000_000)
            .map(Math::toIntExact)
            .orElse(defaults.maxConnections()),
        safety(fields));
  }

  private static DoorSafety safety(JsonFields fields) {
    DoorSafety defaults = DoorSafety.DEFAULT;
    return new DoorSafety(
        PemFields.read(fields, "tls", "clientAuthority", false),
        PemFields.path(fields, "tokens"),
        count(fields, "idleSeconds", 86_400).orElse(defaults.idleSeconds()),
        count(fields, "bodySeconds", 86_400).orElse(defaults.bodySeconds()),
        count(fields, "bodyBytesPerSecond", Integer.MAX_VALUE)
            .orElse(defaults.bodyBytesPerSecond()));
  }

  private static Optional<Integer> count(JsonFields fields, String key, long most) {
    return fields.integer(key, 1, most).map(Math::toIntExact);
  }

  private static Optional<Integer> port(JsonFields fields, String key) {
    return fields.integer(key, DoorsConfig.NONE, DoorsConfig.PORT_MAX).map(Math::toIntExact);
  }

  private static Optional<Integer> bytes(JsonFields fields, String key) {
    return fields.integer(key, 1, Integer.MAX_VALUE).map(Math::toIntExact);
  }

  private static GatewayConfig gateway(JsonFields fields) {
    GatewayConfig defaults = GatewayConfig.DEFAULT;
    return new GatewayConfig(
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
        count(fields, "maxTenantOutstanding", 10_000_000).orElse(defaults.maxTenantOutstanding()),
        fields.integer("maxHeldBytes", 1, 1L << 50).orElse(defaults.maxHeldBytes()));
  }
}
