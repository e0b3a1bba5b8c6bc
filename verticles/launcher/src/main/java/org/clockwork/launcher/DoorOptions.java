package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.codecs.tls.PemFiles;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;

/** Options of every command that opens doors for clients of other programs. */
final class DoorOptions {
  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "Where REST clients come in; otherwise 8000, as conf/gateway.json says. 0: any free port,"
              + " which is told; -1: no such door.")
  private Optional<Integer> http = Optional.empty();

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description = "The same for gRPC clients; otherwise 8001.")
  private Optional<Integer> grpc = Optional.empty();

  @Option(
      names = "--bus-port",
      paramLabel = "PORT",
      description =
          "The same for clients of the event bus in other languages, by Vert.x's TCP bridge;"
              + " otherwise 7000. By SockJS they come in at the REST port.")
  private Optional<Integer> bus = Optional.empty();

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "The same for /metrics by itself; otherwise 8002.")
  private Optional<Integer> metrics = Optional.empty();

  @Option(
      names = "--door-host",
      paramLabel = "ADDRESS",
      description =
          "The address of this machine that the doors listen on; otherwise 127.0.0.1, which no"
              + " other machine reaches.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "Who may do what there; otherwise as conf/gateway.json says, which is everybody"
              + " everything. \"token new\" makes its lines.")
  private Optional<Path> tokens = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Private key in PEM, to encrypt with; takes --tls-certificate as well.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "Its certificate in PEM, and those between it and its authority.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-client-authority",
      paramLabel = "FILE",
      description = "Certificates in PEM: clients must show one that is signed by one of these.")
  private Optional<Path> clientAuthority = Optional.empty();

  /** These laid over what the files say. */
  Configuration over(Configuration files) {
    try {
      return files.with(over(files.doors())).with(over(files.bridge()));
    } catch (IllegalArgumentException e) {
      throw new UnusableException(
          "--http-port, --grpc-port, --metrics-port, --bus-port, --door-host: " + e.getMessage());
    }
  }

  private BridgeConfig over(BridgeConfig file) {
    return file.onPort(bus.orElse(file.port()));
  }

  private DoorsConfig over(DoorsConfig file) {
    return file.onPorts(
            http.orElse(file.ports().http()),
            grpc.orElse(file.ports().grpc()),
            metrics.orElse(file.ports().metrics()))
        .on(host.orElse(file.ports().host()))
        .with(safety(file.safety()));
  }

  private DoorSafety safety(DoorSafety file) {
    DoorSafety safety = tokens.map(file::with).orElse(file);
    if (key.isEmpty() && certificate.isEmpty() && clientAuthority.isEmpty()) {
      return safety;
    }
    if (key.isEmpty() || certificate.isEmpty()) {
      throw new UnusableException("--tls-key and --tls-certificate are expected together");
    }
    return safety.with(new PemFiles(key.get(), certificate.get(), clientAuthority));
  }
}
