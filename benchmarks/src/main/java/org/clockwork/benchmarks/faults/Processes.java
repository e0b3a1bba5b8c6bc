package org.clockwork.benchmarks.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.launcher.Main;

/** The roles of one cluster as processes of their own, which end with this one. */
final class Processes implements AutoCloseable {
  private static final long LONGEST_SECONDS = 60;

  private final String cluster;
  private final Path logs;
  private final List<Process> started = new ArrayList<>();

  Processes(String cluster) throws IOException {
    this.cluster = cluster;
    this.logs = Files.createTempDirectory("clockwork-bench");
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** One process and its lines, which are read one after the other as they are asked for. */
  final class Role {
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Role(Process process) {
      this.process = process;
      Thread.startVirtualThread(this::read);
    }

    private void read() {
      try (BufferedReader out = process.inputReader()) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          lines.add(line);
        }
      } catch (IOException _) {
        // It was killed.
      }
    }

    /** Returns once it says a line that contains this. */
    Role saying(String words) throws InterruptedException, IOException {
      for (String line = next(); line != null; line = next()) {
        if (line.contains(words)) {
          return this;
        }
      }
      throw new IOException(
          "a process did not say '%s' within %d s".formatted(words, LONGEST_SECONDS));
    }

    private String next() throws InterruptedException {
      return lines.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    /** What a plain {@code kill} does; returns when it is through. */
    void end() {
      process.destroy();
      process.onExit().join();
      started.remove(process);
    }

    /** What {@code kill -9} does; returns when it is dead. */
    void kill() {
      process.destroyForcibly().onExit().join();
      started.remove(process);
    }
  }

  /** Runs {@code ./clockwork} with these arguments in the cluster. */
  Role start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    Path root = Path.of(System.getProperty("clockwork.root", "."));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("conf").resolve("jvm.options"));
    command.add("-Dclockwork.root=" + root);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("CLOCKWORK_CLUSTER", cluster);
    builder.environment().put("CLOCKWORK_LOG_DIR", logs.toString());
    builder.environment().put("CLOCKWORK_DISABLE_INPUTS", "1");
    Process process = builder.start();
    started.add(process);
    return new Role(process);
  }

  @Override
  public void close() {
    started.forEach(process -> process.destroyForcibly().onExit().join());
    started.clear();
  }
}
