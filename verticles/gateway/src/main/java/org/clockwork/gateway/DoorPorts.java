package org.clockwork.gateway;

/**
 * Where doors listen.
 *
 * @param host address of this machine
 * @param http of REST; 0 takes any free one, {@link #NONE} leaves that door out
 * @param grpc likewise
 * @param metrics of {@code /metrics} by itself, likewise
 */
public record DoorPorts(String host, int http, int grpc, int metrics) {
  /** No door there. */
  public static final int NONE = -1;

  public static final int MAX = 65_535;

  public static final DoorPorts DEFAULT = new DoorPorts("127.0.0.1", 8000, 8001, 8002);

  public DoorPorts {
    if (host.isBlank()
        || wrong(http)
        || wrong(grpc)
        || wrong(metrics)
        || same(http, grpc)
        || same(http, metrics)
        || same(grpc, metrics)) {
      throw new IllegalArgumentException(
          ("httpPort=%d, grpcPort=%d and metricsPort=%d must be different ones up to %d, 0 for any"
                  + " or -1 for none; doorHost='%s' must not be blank")
              .formatted(http, grpc, metrics, MAX, host));
    }
  }

  private static boolean wrong(int port) {
    return port < NONE || port > MAX;
  }

  private static boolean same(int one, int other) {
    return one > 0 && one == other;
  }

  DoorPorts at(int otherHttp, int otherGrpc, int otherMetrics) {
    return new DoorPorts(host, otherHttp, otherGrpc, otherMetrics);
  }

  DoorPorts on(String otherHost) {
    return new DoorPorts(otherHost, http, grpc, metrics);
  }
}
