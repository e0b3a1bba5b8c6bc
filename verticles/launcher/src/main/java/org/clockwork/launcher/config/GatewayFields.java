package org.clockwork.launcher.config;

import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.DoorLimits;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.sharedmemory.SharedMemoryConfig;
import org.clockwork.gateway.upload.UploadsConfig;

/** The keys of {@code gateway.json}. */
final class GatewayFields {
  private static final double DAY_MILLIS = 86_400_000;

  private GatewayFields() {}

  /** What the gateway, its doors and its bridges to the event bus are told. */
  static Configuration over(Configuration before, JsonFields fields) {
    Configuration after =
        before.with(doors(fields)).with(BridgeFields.read(fields)).with(gateway(fields));
    fields.refuseOthers();
    return after;
  }

  private static DoorsConfig doors(JsonFields fields) {
    DoorsConfig defaults = DoorsConfig.DEFAULT;
    return new DoorsConfig(
        ports(fields, defaults.ports()),
        limits(fields, defaults.limits()),
        sharedMemory(fields, defaults.sharedMemory()),
        fields.object("uploads").map(GatewayFields::uploads).orElse(defaults.uploads()),
        safety(fields));
  }

  private static DoorPorts ports(JsonFields fields, DoorPorts defaults) {
    return new DoorPorts(
        fields.text("doorHost").orElse(defaults.host()),
        port(fields, "httpPort").orElse(defaults.http()),
        port(fields, "grpcPort").orElse(defaults.grpc()),
        port(fields, "metricsPort").orElse(defaults.metrics()));
  }

  private static DoorLimits limits(JsonFields fields, DoorLimits defaults) {
    return new DoorLimits(
        bytes(fields, "maxBodyBytes").orElse(defaults.maxBodyBytes()),
        bytes(fields, "maxJsonBytes").orElse(defaults.maxJsonBytes()),
        fields.integer("maxReadingBytes", 1, 1L << 50).orElse(defaults.maxReadingBytes()),
        count(fields, "maxConnections", 1_000_000).orElse(defaults.maxConnections()));
  }

  private static SharedMemoryConfig sharedMemory(JsonFields fields, SharedMemoryConfig defaults) {
    return new SharedMemoryConfig(
        fields.flag("sharedMemory").orElse(defaults.enabled()),
        fields
            .integer("maxSharedRegions", 1, 1_000_000)
            .map(Math::toIntExact)
            .orElse(defaults.maxRegions()),
        fields.integer("maxSharedBytes", 1, 1L << 50).orElse(defaults.maxBytes()));
  }

  private static UploadsConfig uploads(JsonFields fields) {
    UploadsConfig defaults = UploadsConfig.NONE;
    UploadsConfig uploads =
        new UploadsConfig(
            fields.text("repository").filter(folder -> !folder.isBlank()).map(Path::of),
            fields.integer("maxArchiveBytes", 1, 1L << 50).orElse(defaults.maxArchiveBytes()),
            fields.integer("maxUnpackedBytes", 1, 1L << 50).orElse(defaults.maxUnpackedBytes()),
            count(fields, "maxFiles", 1_000_000).orElse(defaults.maxFiles()),
            count(fields, "maxRatio", 1_000_000).orElse(defaults.maxRatio()),
            count(fields, "maxAtOnce", 1_000).orElse(defaults.maxAtOnce()));
    fields.refuseOthers();
    return uploads;
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
    return fields.integer(key, DoorPorts.NONE, DoorPorts.MAX).map(Math::toIntExact);
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
