package org.clockwork.gateway;

/** A door can't listen where it was told to; the message names the option that helps. */
public final class NoDoorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Its keys or tokens can't be used. */
  NoDoorException(String message) {
    super(message);
  }

  static NoDoorException http(DoorsConfig config, Throwable cause) {
    return new NoDoorException(
        "--http-port", "httpPort", config.ports().host(), config.ports().http(), cause);
  }

  static NoDoorException grpc(DoorsConfig config, Throwable cause) {
    return new NoDoorException(
        "--grpc-port", "grpcPort", config.ports().host(), config.ports().grpc(), cause);
  }

  static NoDoorException bus(String host, int port, Throwable cause) {
    return new NoDoorException("--bus-port", "busPort", host, port, cause);
  }

  static NoDoorException metrics(DoorsConfig config, Throwable cause) {
    return new NoDoorException(
        "--metrics-port", "metricsPort", config.ports().host(), config.ports().metrics(), cause);
  }

  private NoDoorException(String option, String key, String host, int port, Throwable cause) {
    super(
        "%s %d: can't listen on %s:%d: %s; choose another port (%1$s, or %s in conf/gateway.json), 0 for any free one, -1 for no such door"
            .formatted(option, port, host, port, cause.getMessage(), key),
        cause);
  }
}
