package org.clockwork.benchmarks.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A role in a process of its own, from the packaged launcher with the flags of conf/jvm.options.
 * Its lines are kept; what it takes of the machine is read from outside, so that measuring costs it
 * nothing.
 */
public final class RoleProcess implements AutoCloseable {
  /** A role that was asked to end has this long; what it drains ends far sooner. */
  private static final long ENDING_SECONDS = 20;

  /** Of a role that prints without end, the oldest lines go. */
  private static final int LINES_MAX = 20_000;

  private final String name;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;
  private Usage lastUsage = Usage.NONE;

  /**
   * What a process has taken of the machine since it began.
   *
   * @param cpuSeconds user and system
   * @param residentBytes now
   */
  record Usage(double cpuSeconds, long residentBytes) {
    static final Usage NONE = new Usage(0, 0);

    Usage since(Usage before) {
      return new Usage(cpuSeconds - before.cpuSeconds, residentBytes);
    }
  }

  private RoleProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * @param command the role and its options
   * @param environment laid over this process's own
   */
  static RoleProcess start(List<String> command, Map<String, String> environment)
      throws IOException {
    Path root = Path.of(System.getProperty("clockwork.root", ".")).toAbsolutePath();
    Path jar = root.resolve("verticles/launcher/target/clockwork.jar");
    if (!Files.isRegularFile(jar)) {
      throw new IOException(jar + " is missing; ./clockwork bench builds it");
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + root.resolve("conf/jvm.options"));
    line.add("-Dclockwork.root=" + root);
    line.add("-jar");
    line.add(jar.toString());
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    RoleProcess role = new RoleProcess(command.getFirst(), builder.start());
    Thread.ofVirtual().start(role::read);
    return role;
  }

  private void read() {
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        took(line);
      }
    } catch (IOException e) {
      took(name + ": its output broke off: " + e.getMessage());
    }
    synchronized (lines) {
      ended = true;
      lines.notifyAll();
    }
  }

  private void took(String line) {
    synchronized (lines) {
      if (lines.size() == LINES_MAX) {
        lines.removeFirst();
      }
      lines.add(line);
      // Again with each line: of a process that has ended nothing can be read any more.
      lastUsage = readUsage();
      lines.notifyAll();
    }
  }

  /**
   * Blocks until it has printed such a line.
   *
   * @throws IllegalStateException it has ended, or the time is up; with its last lines
   */
  public void await(Predicate<String> line, Duration atMost) throws InterruptedException {
    long untilNanos = System.nanoTime() + atMost.toNanos();
    synchronized (lines) {
      while (lines.stream().noneMatch(line)) {
        long leftMillis = (untilNanos - System.nanoTime()) / 1_000_000;
        if (ended || leftMillis <= 0) {
          throw new IllegalStateException(
              "%s %s and has not printed the line that was waited for; its last lines:%n%s"
                  .formatted(
                      name,
                      ended ? "has ended" : "runs for %d s".formatted(atMost.toSeconds()),
                      String.join(
                          "\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()))));
        }
        lines.wait(leftMillis);
      }
    }
  }

  /**
   * Blocks until it has ended by itself.
   *
   * @throws IllegalStateException it failed, or the time is up
   */
  void awaitEnd(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "%s still runs after %d s".formatted(name, atMost.toSeconds()));
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "%s ended with exit code %d:%n%s"
              .formatted(name, process.exitValue(), String.join("\n", lines())));
    }
  }

  long pid() {
    return process.pid();
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Now; of a process that has ended, as of its last line. */
  Usage usage() {
    synchronized (lines) {
      lastUsage = readUsage();
      return lastUsage;
    }
  }

  private Usage readUsage() {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    try {
      return new Usage(
          process.info().totalCpuDuration().map(time -> time.toNanos() / 1e9).orElseThrow(),
          residentKiB(proc.resolve("status")) * 1_024);
    } catch (IOException | RuntimeException _) {
      return lastUsage; // it has just ended
    }
  }

  private static long residentKiB(Path status) throws IOException {
    try (Stream<String> rows = Files.lines(status)) {
      return rows.filter(row -> row.startsWith("VmRSS:"))
          .mapToLong(row -> Long.parseLong(row.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  /** What {@code kill -9} does; returns when it is dead. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Asks it to end, as a service manager does, and waits; what hangs is killed. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
