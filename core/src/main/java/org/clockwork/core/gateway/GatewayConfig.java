package org.clockwork.core.gateway;

/**
 * A gateway's constants.
 *
 * @param defaultSloNanos objective of a request without one, where the model has none either: 100
 *     ms
 * @param maxSloNanos longest objective accepted: 1 h; a longer one is taken for a mistake in the
 *     unit
 * @param inlineBytes inputs up to this ride along inside the request, larger ones are held: 8 KiB
 * @param maxOutstanding requests taken and not yet answered: 50,000, some seconds of what one
 *     gateway can take
 * @param maxTenantOutstanding of these of one tenant: 25,000, so that no tenant alone shuts the
 *     others out
 * @param maxHeldBytes of inputs held back: 512 MiB, about 850 images of 602 kB
 */
public record GatewayConfig(
    long defaultSloNanos,
    long maxSloNanos,
    int inlineBytes,
    int maxOutstanding,
    int maxTenantOutstanding,
    long maxHeldBytes) {
  public static final GatewayConfig DEFAULT =
      new GatewayConfig(100_000_000L, 3_600_000_000_000L, 8 << 10, 50_000, 25_000, 512L << 20);

  /** One tenant may have all of them. */
  public GatewayConfig(
      long defaultSloNanos,
      long maxSloNanos,
      int inlineBytes,
      int maxOutstanding,
      long maxHeldBytes) {
    this(defaultSloNanos, maxSloNanos, inlineBytes, maxOutstanding, maxOutstanding, maxHeldBytes);
  }

  public GatewayConfig {
    if (defaultSloNanos <= 0
        || maxSloNanos < defaultSloNanos
        || inlineBytes < 0
        || maxOutstanding < 1
        || maxTenantOutstanding < 1
        || maxHeldBytes < 1) {
      throw new IllegalArgumentException(
          ("defaultSloNanos=%d, maxSloNanos=%d (at least the default), maxOutstanding=%d,"
                  + " maxTenantOutstanding=%d and maxHeldBytes=%d must be positive, inlineBytes=%d not"
                  + " negative")
              .formatted(
                  defaultSloNanos,
                  maxSloNanos,
                  maxOutstanding,
                  maxTenantOutstanding,
                  maxHeldBytes,
                  inlineBytes));
    }
  }
}
