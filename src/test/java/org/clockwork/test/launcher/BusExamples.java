package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the examples of docs/examples as a reader does: with the packages that stand beside them,
 * installed once into the build folder. Where that can't be done the test is skipped by what is
 * missing.
 */
final class BusExamples {
  private static final Path ROOT = Path.of(System.getProperty("clockwork.root"));
  private static final Path EXAMPLES = ROOT.resolve("docs/examples");
  private static final Path BUILT = ROOT.resolve("src/test/target/examples");
  private static final long INSTALL_MINUTES = 5;
  private static final long RUN_MINUTES = 1;

  private BusExamples() {}

  /** How one ended, and all that it wrote. */
  record Ended(int exitCode, String output) {}

  static Ended python(String script, String address) throws Exception {
    Path home = BUILT.resolve("python");
    Path python = home.resolve("bin/python");
    Path wanted = EXAMPLES.resolve("python/requirements.txt");
    if (!installed(home, wanted)) {
      install(BUILT, "python3", "-m", "venv", "--clear", home.toString());
      install(BUILT, python.toString(), "-m", "pip", "install", "-q", "-r", wanted.toString());
      complete(home, wanted);
    }
    Path file = EXAMPLES.resolve("python").resolve(script);
    return run(RUN_MINUTES, BUILT, List.of(python.toString(), file.toString(), address));
  }

  static Ended node(String script, String... arguments) throws Exception {
    Path home = BUILT.resolve("javascript");
    Path wanted = EXAMPLES.resolve("javascript/package.json");
    if (!installed(home, wanted)) {
      Files.createDirectories(home);
      Files.copy(wanted, home.resolve(wanted.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      install(home, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
      complete(home, wanted);
    }
    Path file = home.resolve(script);
    Files.copy(
        EXAMPLES.resolve("javascript").resolve(script), file, StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>(List.of("node", file.toString()));
    command.addAll(List.of(arguments));
    return run(RUN_MINUTES, home, command);
  }

  private static boolean installed(Path home, Path wanted) throws IOException {
    Path complete = home.resolve("complete");
    return Files.exists(complete) && Files.readString(complete).equals(Files.readString(wanted));
  }

  private static void complete(Path home, Path wanted) throws IOException {
    Files.copy(wanted, home.resolve("complete"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void install(Path folder, String... command) throws Exception {
    Files.createDirectories(folder);
    Ended ended = run(INSTALL_MINUTES, folder, List.of(command));
    if (ended.exitCode() != 0) {
      abort(String.join(" ", command) + ": " + ended.output());
    }
  }

  private static Ended run(long minutes, Path folder, List<String> command) throws Exception {
    Path output = Files.createTempFile("example", ".txt");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      return new Ended(-1, e.getMessage());
    }
    boolean through = process.waitFor(minutes, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(output);
    Files.delete(output);
    return through
        ? new Ended(process.exitValue(), text)
        : new Ended(-1, "not through after " + minutes + " min: " + text);
  }
}
