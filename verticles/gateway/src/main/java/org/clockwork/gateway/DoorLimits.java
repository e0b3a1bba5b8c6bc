package org.clockwork.gateway;

/**
 * How much clients may bring.
 *
 * @param maxBodyBytes of one request: 64 MiB, a batch of a hundred images
 * @param maxJsonBytes of that in JSON: 16 MiB, since each number costs ten times its size while it
 *     is read
 * @param maxReadingBytes of all requests that are being read: 256 MiB
 * @param maxConnections open at a time at each door: 10,000
 */
public record DoorLimits(
    int maxBodyBytes, int maxJsonBytes, long maxReadingBytes, int maxConnections) {
  public static final DoorLimits DEFAULT = new DoorLimits(64 << 20, 16 << 20, 256L << 20, 10_000);

  public DoorLimits {
    if (maxBodyBytes < 1
        || maxJsonBytes < 1
        || maxReadingBytes < maxBodyBytes
        || maxConnections < 1) {
      throw new IllegalArgumentException(
          ("maxBodyBytes=%d, maxJsonBytes=%d and maxConnections=%d must be positive,"
                  + " maxReadingBytes=%d at least maxBodyBytes")
              .formatted(maxBodyBytes, maxJsonBytes, maxConnections, maxReadingBytes));
    }
  }
}
