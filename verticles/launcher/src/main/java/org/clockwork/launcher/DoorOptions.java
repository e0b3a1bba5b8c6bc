package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.codecs.tls.PemFiles;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;

/** Options of every command that opens doors for clients of the Open Inference Protocol. */
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

  /** These laid over what the file says. */
  DoorsConfig over(DoorsConfig file) {
    try {
      return file.onPorts(http.orElse(file.httpPort()), grpc.orElse(file.grpcPort()))
          .on(host.orElse(file.host()))
          .with(safety(file.safety()));
    } catch (IllegalArgumentException e) {
      throw new UnusableException("--http-port, --grpc-port, --door-host: " + e.getMessage());
    }
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
