package org.clockwork.gateway.sharedmemory;

/**
 * Whether clients may share memory with a gateway, and how much.
 *
 * @param enabled whether any may be registered
 * @param maxRegions registered at a time: 1,024, two for each of 500 requests under way
 * @param maxBytes of all of them: 4 GiB of address space; the memory itself is the clients'
 */
public record SharedMemoryConfig(boolean enabled, int maxRegions, long maxBytes) {
  public static final SharedMemoryConfig DEFAULT = new SharedMemoryConfig(true, 1_024, 4L << 30);

  public SharedMemoryConfig {
    if (maxRegions < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "maxSharedRegions=%d and maxSharedBytes=%d must be positive"
              .formatted(maxRegions, maxBytes));
    }
  }
}
