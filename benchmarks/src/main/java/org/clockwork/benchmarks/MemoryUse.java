package org.clockwork.benchmarks;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.clockwork.client.Report;
import org.clockwork.launcher.demo.MiniLM;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a server with MiniLM takes of memory, idle and while it is offered twice what it can do.
 * Heap is what is in use after a collection; the process's resident set contains the model, too.
 */
@Command(name = "memory", mixinStandardHelpOptions = true)
public final class MemoryUse implements Runnable {
  private static final long SLO_MILLIS = 250;

  @Option(names = "--minutes", description = "Of load, after one idle sample; 10.")
  private double minutes = 10;

  @Option(names = "--samples", description = "Taken during the load, evenly spaced; 20.")
  private int samples = 20;

  @Option(names = "--rate", description = "Requests per second; 240, twice what a core does.")
  private double rate = 240;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new MemoryUse(), args);
  }

  @Override
  public void run() {
    try (ServedMiniLM server = ServedMiniLM.start("default")) {
      System.out.println("   at s  heap MB  direct MB  resident MB");
      sample("idle");
      Report report = underLoad(server);
      sample("after");
      System.out.println(report.text());
    } catch (Exception e) {
      throw new IllegalStateException("memory could not be measured: " + e.getMessage(), e);
    }
  }

  private Report underLoad(ServedMiniLM server) throws Exception {
    long spanNanos = (long) (minutes * 60e9);
    long begunNanos = System.nanoTime();
    try (ScheduledExecutorService sampling = Executors.newSingleThreadScheduledExecutor()) {
      var samplings =
          sampling.scheduleAtFixedRate(
              () -> sample("%.0f".formatted((System.nanoTime() - begunNanos) / 1e9)),
              spanNanos / samples,
              spanNanos / samples,
              TimeUnit.NANOSECONDS);
      Report report =
          server.play(new Offered(MiniLM.MODEL, 1, rate, SLO_MILLIS, 0, minutes * 60, 1));
      samplings.cancel(false);
      return report;
    }
  }

  private static void sample(String when) {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    System.out.printf(
        Locale.ROOT,
        "%7s %8.1f %10.1f %12.1f%n",
        when,
        heap / 1e6,
        direct / 1e6,
        residentMegabytes());
  }

  private static double residentMegabytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / 1e6)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN; // Not Linux.
    }
  }
}
