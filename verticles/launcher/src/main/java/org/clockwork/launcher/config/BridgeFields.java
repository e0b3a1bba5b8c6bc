package org.clockwork.launcher.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.bridge.BridgeConfig;

/** The keys of {@code gateway.json} that speak of the bridges to the event bus. */
final class BridgeFields {
  private BridgeFields() {}

  static BridgeConfig read(JsonFields fields) {
    BridgeConfig defaults = BridgeConfig.DEFAULT;
    return new BridgeConfig(
        fields
            .integer("busPort", BridgeConfig.NONE, DoorPorts.MAX)
            .map(Math::toIntExact)
            .orElse(defaults.port()),
        fields.flag("busSockJs").orElse(defaults.sockJs()),
        addresses(fields, "busInbound", BridgeConfig::mayTake, BridgeConfig::unfitInbound)
            .orElse(defaults.inbound()),
        addresses(fields, "busOutbound", BridgeConfig::mayTell, BridgeConfig::unfitOutbound)
            .orElse(defaults.outbound()),
        fields.texts("busOrigins").orElse(defaults.origins()),
        count(fields, "maxBusMessageBytes", 1, 1 << 30).orElse(defaults.maxMessageBytes()),
        count(fields, "maxBusConnections", 1, 1_000_000).orElse(defaults.maxConnections()),
        count(fields, "maxBusRequests", 1, 1_000_000).orElse(defaults.maxRequests()),
        count(fields, "maxBusRegistrations", 0, 1_000).orElse(defaults.maxRegistrations()),
        fields.integer("maxBusUnwrittenBytes", 1, 1L << 40).orElse(defaults.maxUnwrittenBytes()));
  }

  private static Optional<Integer> count(JsonFields fields, String key, long min, long max) {
    return fields.integer(key, min, max).map(Math::toIntExact);
  }

  private static Optional<List<String>> addresses(
      JsonFields fields, String key, Predicate<String> fit, Function<String, String> complaint) {
    Optional<List<String>> addresses = fields.texts(key);
    List<String> unfit = addresses.orElse(List.of()).stream().filter(fit.negate()).toList();
    unfit.forEach(address -> fields.refuse(key, complaint.apply(address)));
    return unfit.isEmpty() ? addresses : Optional.empty();
  }
}
