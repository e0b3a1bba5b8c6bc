package org.clockwork.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine's C compiler, for shared libraries of our own. */
public final class CCompiler {
  private CCompiler() {}

  /** Empty where there is none on PATH. */
  public static Optional<Path> find() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .flatMap(place -> Stream.of(Path.of(place, "cc"), Path.of(place, "gcc")))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Makes a shared library of one source file. */
  public static void compile(Path source, Path library, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                find().orElseThrow().toString(),
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                source.toString()));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + said);
    }
  }
}
