package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.test.gateway.Programs.Claim;
import org.clockwork.test.gateway.Programs.Ended;

/** Node with gRPC's own client for JavaScript, as {@link PythonClients} is Python with others. */
final class NodeClients {
  private static final List<String> PACKAGES =
      List.of("@grpc/grpc-js@1.14.7", "@grpc/proto-loader@0.8.1");

  private final Path home;

  private NodeClients(Path home) {
    this.home = home;
  }

  /** Skips the test where there is no Node, or its packages can't be fetched. */
  static NodeClients made() throws Exception {
    return new NodeClients(
        Programs.installed("node-clients", String.join("\n", PACKAGES), NodeClients::install));
  }

  private static void install(Path home) throws Exception {
    List<String> install =
        new ArrayList<>(
            List.of("npm", "install", "--prefix", home.toString(), "--no-audit", "--no-fund"));
    install.addAll(PACKAGES);
    Ended installed = Programs.install(home, Map.of(), install);
    if (installed.exitCode() != 0) {
      abort("npm install " + PACKAGES + ": " + installed.last());
    }
  }

  /** What each claim of that script came to. */
  List<Claim> claims(String script, String... arguments) throws Exception {
    // A script finds packages in its own folder and those above.
    Path copy = home.resolve(script);
    Files.copy(Programs.script(script), copy, StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>(List.of("node", copy.toString()));
    command.addAll(List.of(arguments));
    return Programs.run(command).claims();
  }
}
