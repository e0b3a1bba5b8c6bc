package org.clockwork.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.trace.Traces;
import org.clockwork.core.workload.Measured;
import org.clockwork.scripts.Arguments;
import org.clockwork.scripts.Language;
import org.clockwork.scripts.Script;
import org.clockwork.scripts.ScriptPlan;
import org.clockwork.scripts.ScriptReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many requests a second a script sends: at the promised rate as an open loop, and as many as
 * it can as a closed one, against simulated GPUs in the same process. Beside it stands what the
 * script's own thread and its timer took of a core, and so what one core of them would do.
 */
@Command(name = "script-rate", mixinStandardHelpOptions = true)
public final class ScriptRate implements Runnable {
  private static final String MODEL = "fast_100us";

  @Option(
      names = "--languages",
      split = ",",
      description = "JAVASCRIPT, PYTHON; both unless given.")
  private List<Language> languages = List.of(Language.values());

  @Option(names = "--seconds", description = "Measured in each run; 10.")
  private double seconds = 10;

  @Option(names = "--warmup", description = "Seconds before what counts; 10.")
  private double warmUpSeconds = 10;

  @Option(names = "--gpus", description = "Simulated GPUs that serve it; 2.")
  private int gpus = 2;

  @Option(names = "--clients", description = "Outstanding in the closed loop; 64.")
  private int clients = 64;

  @Option(names = "--share", description = "Of the promised rate in the open loop; 1.")
  private double share = 1;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new ScriptRate(), args);
  }

  @Override
  public void run() {
    System.out.printf(
        "script      loop    offered/s   answered/s   met %%   late p99 ms   p99 ms   cores   answered/s of one core%n");
    try (Server server = Server.with(0, gpus, "default", new ArrayList<>(Zoo.forTests()))) {
      for (Language language : languages) {
        play(server, language, "open", open(language));
        play(server, language, "closed", closed(language));
      }
    } catch (Exception e) {
      throw new IllegalStateException("the load could not be offered: " + e.getMessage(), e);
    }
  }

  /** What is promised of one core. */
  private static double promisedPerSecond(Language language) {
    return switch (language) {
      case JAVASCRIPT -> 10_000;
      case PYTHON -> 3_000;
    };
  }

  private String open(Language language) {
    double perSecond = share * promisedPerSecond(language);
    return switch (language) {
      case JAVASCRIPT ->
          """
          const { load, infer, poisson } = clockwork;
          const names = load('%s', 4);
          let next = 0;
          poisson(%s, () => infer(names[next++ & 3]));
          """
              .formatted(MODEL, perSecond);
      case PYTHON ->
          """
          from clockwork import infer, load, poisson
          names = load('%s', 4)
          sent = 0
          def send():
              global sent
              sent += 1
              infer(names[sent & 3])
          poisson(%s, send)
          """
              .formatted(MODEL, perSecond);
    };
  }

  private String closed(Language language) {
    return switch (language) {
      case JAVASCRIPT ->
          """
          const { load, infer, afterMillis } = clockwork;
          const names = load('%s', 4);
          async function client(name) {
            for (;;) await infer(name);
          }
          for (let i = 0; i < %d; i++) client(names[i & 3]);
          """
              .formatted(MODEL, clients);
      case PYTHON ->
          """
          from clockwork import afterMillis, infer, load
          names = load('%s', 4)
          def starting(name):
              async def client():
                  while True:
                      await infer(name)
              return client
          for i in range(%d):
              afterMillis(0, starting(names[i & 3]))
          """
              .formatted(MODEL, clients);
    };
  }

  private void play(Server server, Language language, String loop, String text) throws Exception {
    String name = loop + "." + language.ending();
    ScriptPlan plan =
        new ScriptPlan(
            new Script(name, language, text),
            Arguments.NONE,
            new Measured((long) (warmUpSeconds * 1e9), (long) (seconds * 1e9)),
            1,
            Payloads.GENERATED,
            Traces.NONE,
            Set.of());
    List<Sample> samples = new ArrayList<>();
    // A line each second, said by the script's own thread.
    ScriptReport report = server.play(plan, _ -> samples.add(sample()));
    System.out.println(row(language, loop, report.load(), coresTaken(samples)));
  }

  /** What the script's thread and its timer had taken of the processor by then. */
  private record Sample(long nanos, long cpuNanos) {}

  private Sample sample() {
    long timerNanos = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().equals("clockwork-client-pacer")) {
        timerNanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return new Sample(System.nanoTime(), threads.getCurrentThreadCpuTime() + timerNanos);
  }

  /** In the part that counts; not a number where it was too short to tell. */
  private double coresTaken(List<Sample> samples) {
    int last = samples.size() - 1;
    int first = Math.min(last - 1, (int) Math.ceil(warmUpSeconds));
    if (first < 0) {
      return Double.NaN;
    }
    return (double) (samples.get(last).cpuNanos() - samples.get(first).cpuNanos())
        / (samples.get(last).nanos() - samples.get(first).nanos());
  }

  private static String row(Language language, String loop, Report report, double cores) {
    double seconds = report.durationNanos() / 1e9;
    double answered = report.totals().succeeded() / seconds;
    return String.format(
        Locale.ROOT,
        "%-11s %-6s %10.0f %12.0f %7.2f %13.3f %8.2f %7.2f %24.0f%s",
        language.name().toLowerCase(Locale.ROOT),
        loop,
        report.totals().offered() / seconds,
        answered,
        100.0 * report.totals().met() / Math.max(1, report.totals().offered()),
        report.generatorLateness().p99Millis(),
        report.latency().p99Millis(),
        cores,
        answered / cores,
        report.totals().valid() ? "" : "  (load went out late)");
  }
}
