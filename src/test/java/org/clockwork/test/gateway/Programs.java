package org.clockwork.test.gateway;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Other people's programs, run to their end. */
final class Programs {
  private static final long RUN_MINUTES = 3;
  private static final long INSTALL_MINUTES = 8;

  /** Where tests keep what they have installed. */
  private static final Path FOLDER =
      Path.of(System.getProperty("clockwork.root"), "src/test/target");

  private Programs() {}

  /**
   * How one ended.
   *
   * @param output what it printed, to whichever stream
   */
  record Ended(int exitCode, String output) {

    /** That line of its output that most likely says what was wrong. */
    String last() {
      return output.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
    }

    /** What each claim of a script came to. */
    List<Claim> claims() throws IOException {
      List<Claim> claims =
          output
              .lines()
              .filter(line -> line.startsWith("{"))
              .map(JsonObject::new)
              .map(json -> new Claim(json.getString("claim"), json.getString("failure", "")))
              .toList();
      if (exitCode != 0 || claims.isEmpty()) {
        throw new IOException("a script ended with %d: %s".formatted(exitCode, output));
      }
      return claims;
    }
  }

  /** One claim of a script, and what was wrong with it; blank where it holds. */
  record Claim(String name, String failure) {}

  /** Installs something into an empty folder; ends the test where that is impossible here. */
  interface Installing {
    void into(Path home) throws Exception;
  }

  /**
   * The folder of what is installed, which is done once.
   *
   * @param wanted with its versions; another one is installed anew
   */
  static Path installed(String name, String wanted, Installing installing) throws Exception {
    Path home = FOLDER.resolve(name);
    Path complete = home.resolve("complete");
    if (!Files.exists(complete) || !Files.readString(complete).equals(wanted)) {
      Files.createDirectories(home);
      Files.deleteIfExists(complete);
      installing.into(home);
      Files.writeString(complete, wanted);
    }
    return home;
  }

  static Ended install(Path folder, Map<String, String> environment, List<String> command)
      throws Exception {
    return run(INSTALL_MINUTES, folder, environment, command);
  }

  static Ended run(List<String> command) throws Exception {
    return run(RUN_MINUTES, Path.of("").toAbsolutePath(), Map.of(), command);
  }

  /** A script of this project, beside the tests. */
  static Path script(String name) throws URISyntaxException {
    return Path.of(Programs.class.getResource("/oip/" + name).toURI());
  }

  private static Ended run(
      long minutes, Path folder, Map<String, String> environment, List<String> command)
      throws Exception {
    Process process;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException e) {
      return new Ended(-1, e.getMessage());
    }
    Path output = Files.createTempFile("program", ".txt");
    Thread reader = Thread.ofVirtual().start(() -> copy(process, output));
    boolean through = process.waitFor(minutes, TimeUnit.MINUTES);
    if (!through) {
      process.destroyForcibly(); // Of one that has ended it would close what is still to be read.
    }
    reader.join();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return through
        ? new Ended(process.exitValue(), text)
        : new Ended(-1, "not through after " + minutes + " min: " + text);
  }

  private static void copy(Process from, Path to) {
    try (var in = from.getInputStream();
        var out = Files.newOutputStream(to)) {
      in.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
