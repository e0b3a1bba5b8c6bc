package org.clockwork.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Environments for servers written in Python, each made once, of versions that are written down.
 */
final class PythonPackages {
  private static final long MINUTES = 10;

  private PythonPackages() {}

  /**
   * Makes the environment of benchmarks/peers/NAME.txt, unless it is there.
   *
   * @return its interpreter
   */
  static Path of(Site site, String name) throws IOException, InterruptedException {
    Path wanted = site.scripts().resolve(name + ".txt");
    Path home = Files.createDirectories(site.folder().resolve(name)).resolve("python");
    Path python = home.resolve("bin/python");
    Path complete = home.resolve("complete");
    if (Files.exists(complete) && Files.mismatch(complete, wanted) < 0) {
      return python;
    }
    System.out.printf("installing %s into %s ...%n", wanted.getFileName(), home);
    run(site.python(), "-m", "venv", "--clear", home.toString());
    run(python.toString(), "-m", "pip", "install", "-q", "-r", wanted.toString());
    Files.copy(wanted, complete);
    return python;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    boolean through = process.waitFor(MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    if (!through || process.waitFor() != 0) {
      throw new IOException(
          "%s %s; --python names another interpreter"
              .formatted(
                  String.join(" ", command),
                  through ? "failed with " + process.exitValue() : "runs for 10 min already"));
    }
  }
}
