package org.clockwork.test.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.cluster.NodeId;

/** A {@link ChildNode} that runs, or a script that starts some. */
final class ChildProcess implements AutoCloseable {
  private static final long LONGEST_SECONDS = 240;

  static final String ROOT = System.getProperty("clockwork.root");
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Process process;
  private final BufferedReader out;
  private final List<String> read = new ArrayList<>();

  private ChildProcess(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .put(
            "CLASSPATH",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    builder.environment().put("JAVA", JAVA);
    this.process = builder.start();
    this.out = process.inputReader();
    // Reading its output can't be interrupted; this ends one that says nothing more.
    CompletableFuture.delayedExecutor(LONGEST_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
  }

  static ChildProcess node(String cluster, String act) throws IOException {
    return new ChildProcess(
        List.of(
            JAVA,
            "@" + ROOT + "/conf/jvm.options",
            ChildNode.class.getName(),
            cluster,
            "127.0.0.1",
            act));
  }

  static ChildProcess of(String... command) throws IOException {
    return new ChildProcess(List.of(command));
  }

  /** Reads up to a line that begins so; what follows is the id of its node. */
  NodeId awaitLine(String prefix) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      read.add(line);
      if (line.startsWith(prefix)) {
        return new NodeId(line.substring(prefix.length()));
      }
    }
    throw new AssertionError("no line begins '" + prefix + "':\n" + String.join("\n", read));
  }

  /** What {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
  }

  /** Reads the rest; then the exit code. */
  int ended() throws IOException, InterruptedException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      read.add(line);
    }
    return process.waitFor();
  }

  String output() {
    return String.join("\n", read);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
