package org.clockwork.gateway;

import org.clockwork.gateway.sharedmemory.SharedMemoryConfig;
import org.clockwork.gateway.upload.UploadsConfig;

/**
 * Where clients of the Open Inference Protocol come in, and how much they may bring.
 *
 * @param host address of this machine to listen on
 * @param httpPort of REST; 0 takes any free one, -1 leaves that door out
 * @param grpcPort likewise
 * @param metricsPort of {@code /metrics} by itself, likewise
 * @param maxBodyBytes of one request: 64 MiB, a batch of a hundred images
 * @param maxJsonBytes of that in JSON: 16 MiB, since each number costs ten times its size while it
 *     is read
 * @param maxReadingBytes of all requests that are being read: 256 MiB
 * @param maxConnections open at a time at each door: 10,000
 * @param sharedMemory with clients on this machine
 * @param uploads whether models may be brought, too
 * @param safety what keeps strangers and idlers out
 */
public record DoorsConfig(
    String host,
    int httpPort,
    int grpcPort,
    int metricsPort,
    int maxBodyBytes,
    int maxJsonBytes,
    long maxReadingBytes,
    int maxConnections,
    SharedMemoryConfig sharedMemory,
    UploadsConfig uploads,
    DoorSafety safety) {
  /** No door there. */
  public static final int NONE = -1;

  public static final int PORT_MAX = 65_535;

  public static final DoorsConfig DEFAULT =
      new DoorsConfig("127.0.0.1", 8000, 8001, 8002, 64 << 20, 16 << 20, 256L << 20, 10_000);

  public DoorsConfig {
    if (host.isBlank()
        || wrong(httpPort)
        || wrong(grpcPort)
        || wrong(metricsPort)
        || same(httpPort, grpcPort)
        || same(httpPort, metricsPort)
        || same(grpcPort, metricsPort)
        || maxBodyBytes < 1
        || maxJsonBytes < 1
        || maxReadingBytes < maxBodyBytes
        || maxConnections < 1) {
      throw new IllegalArgumentException(
          ("httpPort=%d, grpcPort=%d and metricsPort=%d must be different ones up to %d, 0 for any"
                  + " or -1 for none; doorHost='%s' must not be blank; maxBodyBytes=%d,"
                  + " maxJsonBytes=%d and maxConnections=%d must be positive, maxReadingBytes=%d at"
                  + " least maxBodyBytes")
              .formatted(
                  httpPort,
                  grpcPort,
                  metricsPort,
                  PORT_MAX,
                  host,
                  maxBodyBytes,
                  maxJsonBytes,
                  maxConnections,
                  maxReadingBytes));
    }
  }

  /** Nothing can be uploaded, and whoever reaches them may do everything. */
  public DoorsConfig(
      String host,
      int httpPort,
      int grpcPort,
      int metricsPort,
      int maxBodyBytes,
      int maxJsonBytes,
      long maxReadingBytes,
      int maxConnections) {
    this(
        host,
        httpPort,
        grpcPort,
        metricsPort,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        SharedMemoryConfig.DEFAULT,
        UploadsConfig.NONE,
        DoorSafety.DEFAULT);
  }

  private static boolean wrong(int port) {
    return port < NONE || port > PORT_MAX;
  }

  private static boolean same(int one, int other) {
    return one > 0 && one == other;
  }

  public DoorsConfig onPorts(int http, int grpc, int metrics) {
    return new DoorsConfig(
        host,
        http,
        grpc,
        metrics,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        sharedMemory,
        uploads,
        safety);
  }

  public DoorsConfig on(String otherHost) {
    return new DoorsConfig(
        otherHost,
        httpPort,
        grpcPort,
        metricsPort,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        sharedMemory,
        uploads,
        safety);
  }

  public DoorsConfig taking(UploadsConfig other) {
    return new DoorsConfig(
        host,
        httpPort,
        grpcPort,
        metricsPort,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        sharedMemory,
        other,
        safety);
  }

  public DoorsConfig with(DoorSafety other) {
    return new DoorsConfig(
        host,
        httpPort,
        grpcPort,
        metricsPort,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        sharedMemory,
        uploads,
        other);
  }
}
