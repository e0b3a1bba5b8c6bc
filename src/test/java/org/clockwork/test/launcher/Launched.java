package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A {@code ./clockwork} command in a process of its own, as a user starts it. */
final class Launched implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("clockwork.root"));

  private static final long LONGEST_SECONDS = 100;

  private final Process process;
  private final Path err;
  private final BufferedReader out;
  private final List<String> read = new ArrayList<>();

  private Launched(Process process, Path err) {
    this.process = process;
    this.err = err;
    this.out = process.inputReader();
    // Reading its output can't be interrupted; this ends a command that says nothing more.
    CompletableFuture.delayedExecutor(LONGEST_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
  }

  /**
   * @param folder a temporary one: the command runs there, and keeps its caches and logs there
   */
  static Launched clockwork(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    return command(
        folder, environment, List.of(ROOT.resolve("clockwork").toString()), onAnyPorts(arguments));
  }

  /** Other servers may be running here: one of a test takes any ports but those that it names. */
  private static String[] onAnyPorts(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (List.of("serve", "gateway").contains(all.getFirst())) {
      Stream.of("--http-port", "--grpc-port", "--metrics-port", "--bus-port")
          .filter(port -> all.stream().noneMatch(argument -> argument.startsWith(port)))
          .forEach(port -> all.add(port + "=0"));
    }
    return all.toArray(String[]::new);
  }

  /** The same by the script {@code vertx}. */
  static Launched vertx(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    return command(folder, environment, List.of(ROOT.resolve("vertx").toString()), arguments);
  }

  /** The same without any script: the packaged jar. */
  static Launched jar(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    return command(
        folder,
        environment,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + ROOT.resolve("conf/jvm.options"),
            "-jar",
            ROOT.resolve("verticles/launcher/target/clockwork.jar").toString()),
        arguments);
  }

  private static Launched command(
      Path folder, Map<String, String> environment, List<String> program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().keySet().removeIf(name -> name.startsWith("CLOCKWORK_"));
    builder.environment().put("CLOCKWORK_SKIP_BUILD", "1");
    builder.environment().putAll(environment);
    return new Launched(builder.start(), err);
  }

  /** Reads standard output up to a line that begins so. */
  String lineBeginning(String prefix) throws IOException {
    return line(line -> line.startsWith(prefix), "begins '" + prefix + "'");
  }

  /** Reads standard output up to a line that has this somewhere. */
  String lineWith(String part) throws IOException {
    return line(line -> line.contains(part), "has '" + part + "'");
  }

  private String line(Predicate<String> wanted, String words) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      read.add(line);
      if (wanted.test(line)) {
        return line;
      }
    }
    throw new AssertionError("no line " + words + ":\n" + read + "\n" + err());
  }

  /** What Ctrl-C does. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  /** What a plain {@code kill} does. */
  void terminate() throws IOException, InterruptedException {
    new ProcessBuilder("kill", Long.toString(process.pid())).start().waitFor();
  }

  /** Reads the rest of standard output; then the exit code. */
  int ended() throws IOException, InterruptedException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      read.add(line);
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
    return process.exitValue();
  }

  /** Standard output as far as it was read. */
  List<String> out() {
    return read;
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  /** What {@code kill -9} does. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
