package org.clockwork.benchmarks.doors;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.clockwork.benchmarks.oip.Door;
import org.clockwork.launcher.OneProcess;
import org.clockwork.worker.DevicesConfig;

/**
 * How many small requests a second come through a door, from a client in a process of its own that
 * keeps so many under way; and what one of them takes of a processor, in the server and in the
 * client. The second says more on a machine that isn't quiet.
 */
record DoorRate(int outstanding, double seconds, double warmUpSeconds, int gpus) {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  void measure(List<Door> doors) throws Exception {
    OneProcess server =
        Served.with(DevicesConfig.DEFAULT.onlySimulatedGpus(gpus), SmallModel.simulated());
    try {
      System.out.printf(
          "closed loop, %d requests of 3 KB under way, %d simulated GPUs, %d cores%n",
          outstanding, gpus, Runtime.getRuntime().availableProcessors());
      System.out.println(
          "door   requests/s  failed   server µs/request  client µs/request   2 cores would do");
      for (Door door : doors) {
        measure(server, door);
      }
    } finally {
      server.stop().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void measure(OneProcess server, Door door) throws IOException {
    int port = (door == Door.GRPC ? server.doors().grpc() : server.doors().http()).orElseThrow();
    Process client = client(door, port);
    try (BufferedReader lines = client.inputReader()) {
      expect(lines, ClosedLoop.MEASURING);
      long beforeNanos = SYSTEM.getProcessCpuTime();
      JsonObject figures = new JsonObject(read(lines));
      long serverNanos = SYSTEM.getProcessCpuTime() - beforeNanos;
      long answered = figures.getLong(ClosedLoop.ANSWERED);
      double serverMicros = serverNanos / 1e3 / answered;
      double clientMicros = figures.getLong(ClosedLoop.CPU_NANOS) / 1e3 / answered;
      System.out.printf(
          Locale.ROOT,
          "%-5s %11.0f %7s %19.1f %18.1f %18.0f%n",
          door.shown(),
          answered / figures.getDouble(ClosedLoop.SECONDS),
          figures.getLong(ClosedLoop.FAILED),
          serverMicros,
          clientMicros,
          2e6 / (serverMicros + clientMicros));
    } finally {
      client.destroyForcibly();
    }
  }

  private static void expect(BufferedReader lines, String line) throws IOException {
    String read = read(lines);
    if (!read.equals(line)) {
      throw new IOException("the client said '%s'; '%s' was expected".formatted(read, line));
    }
  }

  private static String read(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the client ended without a figure; what it said is above");
    }
    return line;
  }

  private Process client(Door door, int port) throws IOException {
    Path root = Path.of(System.getProperty("clockwork.root", "."));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + root.resolve("conf/jvm.options"),
            "-cp",
            System.getProperty("java.class.path"),
            ClosedLoop.class.getName(),
            door.name(),
            Integer.toString(port),
            Integer.toString(outstanding),
            Double.toString(warmUpSeconds),
            Double.toString(seconds));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
