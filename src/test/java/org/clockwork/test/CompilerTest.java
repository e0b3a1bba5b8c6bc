package org.clockwork.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./clockwork compile}: how it comes by its Python, and the compiler's own tests, which are
 * Python's.
 */
class CompilerTest {
  /** What the script answers when there is no environment to compile in. */
  private static final int NO_ENVIRONMENT = 3;

  /** On its first use the compiler fetches 640 MB of packages. */
  private static final long LONGEST_MINUTES = 20;

  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  @Test
  void theCompilersOwnTestsPass() throws Exception {
    assumeTrue(pythonFits(), "no Python 3.10 or newer here (python3): the compiler can't be tried");
    Path tests = ProjectFiles.root().resolve("tools/model-compiler/tests");
    Ended ended =
        run(
            List.of("discover", "-s", tests.toString(), "-t", tests.toString()),
            Map.of("CLOCKWORK_COMPILER_MODULE", "unittest"));
    assumeTrue(
        ended.code() != NO_ENVIRONMENT, "the compiler's packages can't be had: " + ended.err());
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.err().matches("(?s).*Ran \\d{2,} tests.*OK.*"), ended.err());
  }

  @Test
  void anOldPythonIsRefusedWithWhatToDo() throws Exception {
    Path old = program("python", "[ \"$1\" = -V ] && echo Python 3.8.1 || exit 1");
    Ended ended = run(List.of("--help"), Map.of("CLOCKWORK_PYTHON", old.toString()));
    assertEquals(NO_ENVIRONMENT, ended.code());
    assertEquals(
        "clockwork: compile needs Python 3.10 or newer, but CLOCKWORK_PYTHON="
            + old
            + " is Python 3.8.1\n",
        ended.err());
  }

  @Test
  void aMachineWithoutPythonIsToldWhatToInstall() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    for (String needed : List.of("bash", "dirname", "env")) {
      Files.createSymbolicLink(bin.resolve(needed), found(needed));
    }
    Ended ended = run(List.of("--help"), Map.of("PATH", bin.toString()));
    for (String needed : List.of("bash", "dirname", "env")) {
      Files.delete(bin.resolve(needed)); // JUnit warns of links that lead out of its folder
    }
    assertEquals(NO_ENVIRONMENT, ended.code(), ended.err());
    assertTrue(
        ended.err().contains("needs Python 3.10 or newer and found none on PATH"), ended.err());
    assertTrue(ended.err().contains("apt install python3 python3-venv"), ended.err());
  }

  @Test
  void anIndexThatCannotBeReachedIsSaidAndNothingHalfMadeIsLeft() throws Exception {
    assumeTrue(pythonFits(), "no Python 3.10 or newer here (python3)");
    Map<String, String> nowhere =
        Map.of(
            "CLOCKWORK_COMPILER_HOME", folder.toString(),
            "PIP_CONFIG_FILE", "/dev/null",
            "PIP_INDEX_URL", "http://127.0.0.1:9/simple",
            "PIP_FIND_LINKS", "",
            "PIP_RETRIES", "0");
    Ended ended = run(List.of("--help"), nowhere);
    assertEquals(NO_ENVIRONMENT, ended.code(), ended.err());
    assertTrue(ended.err().contains("needs its index once"), ended.err());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.filter(path -> path.getFileName().toString().matches("python[^.]*\\.\\d+-\\w+"))
              .toList());
    }
  }

  private static boolean pythonFits() throws Exception {
    try {
      return new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 10))")
              .start()
              .waitFor()
          == 0;
    } catch (IOException thereIsNone) {
      return false;
    }
  }

  private static Path found(String program) {
    for (String place : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(place, program))) {
        return Path.of(place, program);
      }
    }
    throw new AssertionError("no " + program + " on PATH");
  }

  private Path program(String name, String body) throws IOException {
    Path script = Files.writeString(folder.resolve(name), "#!/usr/bin/env bash\n" + body + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended run(List<String> arguments, Map<String, String> environment) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProjectFiles.root().resolve("clockwork").toString());
    command.add("compile");
    command.addAll(arguments);
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command + " did not end within " + LONGEST_MINUTES + " minutes");
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
