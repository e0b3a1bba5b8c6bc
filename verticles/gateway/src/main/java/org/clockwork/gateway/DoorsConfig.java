package org.clockwork.gateway;

/**
 * Where clients of the Open Inference Protocol come in, and how much they may bring.
 *
 * @param host address of this machine to listen on
 * @param httpPort of REST; 0 takes any free one, -1 leaves that door out
 * @param grpcPort likewise
 * @param maxBodyBytes of one request: 64 MiB, a batch of a hundred images
 * @param maxJsonBytes of that in JSON: 16 MiB, since each number costs ten times its size while it
 *     is read
 * @param maxReadingBytes of all requests that are being read: 256 MiB
 * @param maxConnections open at a time at each door: 10,000
 * @param safety what keeps strangers and idlers out
 */
public record DoorsConfig(
    String host,
    int httpPort,
    int grpcPort,
    int maxBodyBytes,
    int maxJsonBytes,
    long maxReadingBytes,
    int maxConnections,
    DoorSafety safety) {
  /** No door there. */
  public static final int NONE = -1;

  public static final int PORT_MAX = 65_535;

  public static final DoorsConfig DEFAULT =
      new DoorsConfig("127.0.0.1", 8000, 8001, 64 << 20, 16 << 20, 256L << 20, 10_000);

  public DoorsConfig {
    if (host.isBlank()
        || wrong(httpPort)
        || wrong(grpcPort)
        || (httpPort > 0 && httpPort == grpcPort)
        || maxBodyBytes < 1
        || maxJsonBytes < 1
        || maxReadingBytes < maxBodyBytes
        || maxConnections < 1) {
      throw new IllegalArgumentException(
          ("httpPort=%d and grpcPort=%d must be different ones up to %d, 0 for any or -1 for none;"
                  + " doorHost='%s' must not be blank; maxBodyBytes=%d, maxJsonBytes=%d and"
                  + " maxConnections=%d must be positive, maxReadingBytes=%d at least maxBodyBytes")
              .formatted(
                  httpPort,
                  grpcPort,
                  PORT_MAX,
                  host,
                  maxBodyBytes,
                  maxJsonBytes,
                  maxConnections,
                  maxReadingBytes));
    }
  }

  /** Without keys and tokens. */
  public DoorsConfig(
      String host,
      int httpPort,
      int grpcPort,
      int maxBodyBytes,
      int maxJsonBytes,
      long maxReadingBytes,
      int maxConnections) {
    this(
        host,
        httpPort,
        grpcPort,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        DoorSafety.DEFAULT);
  }

  private static boolean wrong(int port) {
    return port < NONE || port > PORT_MAX;
  }

  public DoorsConfig onPorts(int http, int grpc) {
    return new DoorsConfig(
        host, http, grpc, maxBodyBytes, maxJsonBytes, maxReadingBytes, maxConnections, safety);
  }

  public DoorsConfig on(String otherHost) {
    return new DoorsConfig(
        otherHost,
        httpPort,
        grpcPort,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        safety);
  }

  public DoorsConfig with(DoorSafety other) {
    return new DoorsConfig(
        host,
        httpPort,
        grpcPort,
        maxBodyBytes,
        maxJsonBytes,
        maxReadingBytes,
        maxConnections,
        other);
  }
}
