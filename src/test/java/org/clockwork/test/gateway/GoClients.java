package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.test.gateway.Programs.Ended;

/** Programs written in Go, as {@link PythonClients} are in Python: built once, and kept. */
final class GoClients {
  private static final List<String> MODULES =
      List.of(
          "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4",
          "github.com/bojand/ghz/cmd/ghz@v0.121.0");

  private final Path home;

  private GoClients(Path home) {
    this.home = home;
  }

  /** Skips the test where there is no Go, or modules can't be fetched. */
  static GoClients made() throws Exception {
    return new GoClients(
        Programs.installed("go-clients", String.join("\n", MODULES), GoClients::install));
  }

  private static void install(Path home) throws Exception {
    for (String module : MODULES) {
      Ended installed =
          Programs.install(
              home, Map.of("GOBIN", home.toString()), List.of("go", "install", module));
      if (installed.exitCode() != 0) {
        abort("go install " + module + ": " + installed.last());
      }
    }
  }

  Ended run(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve(program).toString()));
    command.addAll(List.of(arguments));
    return Programs.run(command);
  }
}
