package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.test.gateway.Programs.Claim;
import org.clockwork.test.gateway.Programs.Ended;

/**
 * Python with the clients that users have, each of one version, in an environment that is made once
 * and kept in the build folder. What can't be had here is named, and the test skipped by it.
 */
public final class PythonClients {
  private static final List<String> TRITON =
      List.of(
          "tritonclient[http,grpc]==2.73.0",
          "grpcio==1.85.3",
          "grpcio-status==1.80.0",
          "grpcio-health-checking==1.80.0",
          "numpy==2.4.6",
          "tokenizers==0.22.1");

  /** They want other versions of what NVIDIA's wants too. */
  private static final List<String> OTHERS =
      List.of("kserve==0.21.0", "open-inference-openapi==2.0.0.1", "numpy==2.4.6");

  private final Path python;

  private PythonClients(Path python) {
    this.python = python;
  }

  /** NVIDIA's own. */
  public static PythonClients triton() throws Exception {
    return with("python-clients", TRITON);
  }

  /** KServe's, and one that was generated from the protocol's OpenAPI document. */
  static PythonClients others() throws Exception {
    return with("python-other-clients", OTHERS);
  }

  /** Skips the test where there is no Python, or its packages can't be fetched. */
  private static PythonClients with(String name, List<String> packages) throws Exception {
    Path home =
        Programs.installed(name, String.join("\n", packages), folder -> install(folder, packages));
    return new PythonClients(python(home));
  }

  private static Path python(Path home) {
    return home.resolve("bin/python");
  }

  private static void install(Path home, List<String> packages) throws Exception {
    Ended made =
        Programs.install(
            home, Map.of(), List.of("python3", "-m", "venv", "--clear", home.toString()));
    if (made.exitCode() != 0) {
      abort("python3 -m venv: " + made.last());
    }
    List<String> install =
        new ArrayList<>(List.of(python(home).toString(), "-m", "pip", "install", "-q"));
    install.addAll(packages);
    Ended installed = Programs.install(home, Map.of(), install);
    if (installed.exitCode() != 0) {
      abort("pip install " + packages + ": " + installed.last());
    }
  }

  /** Fetches a wheel that is meant for a newer system than this may be. */
  Ended download(Path to, String platform, String wheel) throws Exception {
    return Programs.install(
        to,
        Map.of(),
        List.of(
            python.toString(),
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            "--platform",
            platform,
            "-d",
            to.toString(),
            wheel));
  }

  /** What each claim of that script came to. */
  List<Claim> claims(String script, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(python.toString(), Programs.script(script).toString()));
    command.addAll(List.of(arguments));
    return Programs.run(command).claims();
  }

  /** What a script of docs/examples/python prints. */
  public String example(String script, String... arguments) throws Exception {
    Path file =
        Path.of(System.getProperty("clockwork.root"), "docs/examples/python").resolve(script);
    List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
    command.addAll(List.of(arguments));
    Ended ended = Programs.run(command);
    if (ended.exitCode() != 0) {
      throw new IOException(script + " ended with " + ended.exitCode() + ": " + ended.output());
    }
    return ended.output();
  }
}
