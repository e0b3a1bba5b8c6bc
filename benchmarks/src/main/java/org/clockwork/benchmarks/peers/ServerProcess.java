package org.clockwork.benchmarks.peers;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.clockwork.launcher.demo.MiniLM;

/** A server that is compared, with all processes that it starts; closing ends every one of them. */
final class ServerProcess implements AutoCloseable {
  private static final Duration STARTING = Duration.ofMinutes(3);
  private static final long ENDING_SECONDS = 30;
  private static final long LOOKS_EVERY_MILLIS = 200;
  private static final int LAST_LINES = 20;

  private final Process process;
  private final Path output;
  private final String address;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Thread hook = new Thread(this::end);

  /** What processes have taken of the machine: user and system time, and memory in proportion. */
  record Usage(double cpuSeconds, long bytes) {}

  private ServerProcess(Process process, Path output, String address) {
    this.process = process;
    this.output = output;
    this.address = address;
  }

  /**
   * Starts it and waits until it is ready for its model.
   *
   * @param folder for what it prints
   */
  static ServerProcess start(Peer.Launch launch, Path folder, int httpPort)
      throws IOException, InterruptedException {
    Path output = Files.createDirectories(folder).resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(launch.command())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(launch.environment());
    ServerProcess server =
        new ServerProcess(builder.start(), output, "http://127.0.0.1:" + httpPort + "/v2");
    Runtime.getRuntime().addShutdownHook(server.hook);
    try {
      server.awaitReady();
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Foreign servers say in no other way that they are up than by answering. */
  private void awaitReady() throws IOException, InterruptedException {
    long untilNanos = System.nanoTime() + STARTING.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > untilNanos) {
        throw new IOException(
            "%s and was not ready for %s; its last lines, of %s:%n%s"
                .formatted(
                    process.isAlive()
                        ? "it runs for %d s".formatted(STARTING.toSeconds())
                        : "it has ended with exit code " + process.exitValue(),
                    MiniLM.MODEL,
                    output,
                    lastLines()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOKS_EVERY_MILLIS);
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return get("/models/" + MiniLM.MODEL + "/ready").statusCode() == 200;
    } catch (IOException _) {
      return false; // Nobody listens there yet.
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(10)).build(),
        BodyHandlers.ofString());
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(output);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** As it calls itself. */
  String nameAndVersion() throws IOException, InterruptedException {
    JsonObject json = new JsonObject(get("").body());
    return json.getString("name") + " " + json.getString("version");
  }

  Usage usage() {
    double cpuSeconds = 0;
    long bytes = 0;
    for (ProcessHandle each : all()) {
      cpuSeconds += each.info().totalCpuDuration().map(time -> time.toNanos() / 1e9).orElse(0.0);
      bytes += proportionalBytes(each.pid());
    }
    return new Usage(cpuSeconds, bytes);
  }

  /** What several processes share counts once, in equal parts. */
  private static long proportionalBytes(long pid) {
    try (Stream<String> rows = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
      return rows.filter(row -> row.startsWith("Pss:"))
          .mapToLong(row -> Long.parseLong(row.replaceAll("\\D", "")) * 1_024)
          .sum();
    } catch (IOException _) {
      return 0; // It has just ended.
    }
  }

  private List<ProcessHandle> all() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /** Asks it to end; what is left after a while, its children's children included, is killed. */
  private void end() {
    List<ProcessHandle> all = all();
    process.destroy();
    try {
      process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The machine is on its way down: the hook does the same once more.
    }
    http.close();
  }
}
