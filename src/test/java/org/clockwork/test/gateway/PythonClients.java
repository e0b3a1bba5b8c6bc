package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assumptions.abort;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Python with the clients that users have, each of one version, in an environment that is made once
 * and kept in the build folder. What can't be had here is named, and the test skipped by it.
 */
public final class PythonClients {
  private static final List<String> PACKAGES =
      List.of(
          "tritonclient[http,grpc]==2.73.0",
          "grpcio==1.85.3",
          "grpcio-status==1.80.0",
          "grpcio-health-checking==1.80.0",
          "numpy==2.4.6",
          "tokenizers==0.22.1");

  private static final long INSTALL_MINUTES = 5;
  private static final long RUN_MINUTES = 3;

  private final Path python;

  private PythonClients(Path python) {
    this.python = python;
  }

  /** One claim of a script, and what was wrong with it; blank where it holds. */
  record Claim(String name, String failure) {}

  /** Skips the test where there is no Python, or its packages can't be fetched. */
  public static PythonClients made() throws Exception {
    Path home = Path.of(System.getProperty("clockwork.root"), "src/test/target/python-clients");
    Path python = home.resolve("bin/python");
    Path complete = home.resolve("complete");
    String wanted = String.join("\n", PACKAGES);
    if (Files.exists(complete) && Files.readString(complete).equals(wanted)) {
      return new PythonClients(python);
    }
    Ended made = run(INSTALL_MINUTES, "python3", "-m", "venv", "--clear", home.toString());
    if (made.exitCode() != 0) {
      abort("python3 -m venv: " + last(made.output()));
    }
    List<String> install =
        new ArrayList<>(List.of(python.toString(), "-m", "pip", "install", "-q"));
    install.addAll(PACKAGES);
    Ended installed = run(INSTALL_MINUTES, install.toArray(String[]::new));
    if (installed.exitCode() != 0) {
      abort("pip install " + PACKAGES + ": " + last(installed.output()));
    }
    Files.writeString(complete, wanted);
    return new PythonClients(python);
  }

  private static String last(String output) {
    return output.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
  }

  /** What each claim of that script came to. */
  List<Claim> claims(String script, String argument) throws Exception {
    URI file = PythonClients.class.getResource("/oip/" + script).toURI();
    Ended ended = run(RUN_MINUTES, python.toString(), Path.of(file).toString(), argument);
    List<Claim> claims =
        ended
            .output()
            .lines()
            .filter(line -> line.startsWith("{"))
            .map(JsonObject::new)
            .map(json -> new Claim(json.getString("claim"), json.getString("failure", "")))
            .toList();
    if (ended.exitCode() != 0 || claims.isEmpty()) {
      throw new IOException(script + " ended with " + ended.exitCode() + ": " + ended.output());
    }
    return claims;
  }

  /** What a script of docs/examples/python prints. */
  public String example(String script, String... arguments) throws Exception {
    Path file =
        Path.of(System.getProperty("clockwork.root"), "docs/examples/python").resolve(script);
    List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
    command.addAll(List.of(arguments));
    Ended ended = run(RUN_MINUTES, command.toArray(String[]::new));
    if (ended.exitCode() != 0) {
      throw new IOException(script + " ended with " + ended.exitCode() + ": " + ended.output());
    }
    return ended.output();
  }

  private record Ended(int exitCode, String output) {}

  private static Ended run(long minutes, String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Ended(-1, e.getMessage());
    }
    Path output = Files.createTempFile("python", ".txt");
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (var in = process.getInputStream();
                      var to = Files.newOutputStream(output)) {
                    in.transferTo(to);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    boolean through = process.waitFor(minutes, TimeUnit.MINUTES);
    process.destroyForcibly();
    reader.join();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return through
        ? new Ended(process.exitValue(), text)
        : new Ended(-1, "not through after " + minutes + " min: " + text);
  }
}
