package org.clockwork.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One model is asked at a steady rate while others are loaded, brought to the same simulated GPU
 * and unloaded again without a pause; quiet times and such ones alternate, so that whatever else
 * the machine does is in both.
 */
@Command(name = "model-changes", mixinStandardHelpOptions = true)
public final class ModelChanges implements Runnable {
  private static final String MODEL = "resnet50_v2";
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final double WANTED_RATIO = 1.1;

  @Option(names = "--rate", description = "Requests a second for the model that runs; 100.")
  private double rate = 100;

  @Option(names = "--seconds", description = "Of each part; 5.")
  private double seconds = 5;

  @Option(names = "--rounds", description = "Of a quiet part and one with changes; 6.")
  private int rounds = 6;

  /** What the model's clients see in one kind of part. */
  private static final class Seen {
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);
    private final AtomicLong unanswered = new AtomicLong();

    void take(Answer answer) {
      if (answer instanceof Answer.Succeeded success) {
        latencies.recordValue(Math.min(LONGEST_NANOS, success.latencyNanos()));
      } else {
        unanswered.incrementAndGet();
      }
    }

    double millis(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1e6;
    }
  }

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new ModelChanges(), args);
  }

  @Override
  public void run() {
    Seen quiet = new Seen();
    Seen changing = new Seen();
    long changes = 0;
    try (Server server = Server.with(0, 1, "default", sources())) {
      ask(server, new Seen()); // Loaded, and everything compiled that will be.
      change(server, new Seen());
      for (int round = 0; round < rounds; round++) {
        ask(server, quiet);
        changes += change(server, changing);
      }
    } catch (Exception e) {
      throw new IllegalStateException("the models could not be asked: " + e.getMessage(), e);
    }
    tell(quiet, changing, changes);
  }

  private static List<ModelSource> sources() {
    ModelSettings others = new ModelSettings(Optional.empty(), List.of(), List.of(), true, 0);
    List<ModelSource> sources = new ArrayList<>();
    for (ModelSource.Measured model : Zoo.models()) {
      sources.add(
          new ModelSource.Measured(
              model.spec(),
              model.profile(),
              model.name().equals(MODEL) ? ModelSettings.NONE : others));
    }
    return sources;
  }

  /** For the length of one part. */
  private void ask(Server server, Seen seen) throws InterruptedException {
    long begun = System.nanoTime();
    long count = Math.round(rate * seconds);
    for (long i = 0; i < count; i++) {
      long due = begun + Math.round(i * 1e9 / rate);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      server
          .infer(Submission.of(MODEL, new Payload.Generated(1), Objective.NONE))
          .onSuccess(seen::take);
    }
  }

  /** The same while others come and go; how many did. */
  private long change(Server server, Seen seen) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong changed = new AtomicLong();
    Thread changer = Thread.ofPlatform().start(() -> change(server, over, changed));
    ask(server, seen);
    over.set(true);
    changer.join();
    return changed.get();
  }

  private static void change(Server server, AtomicBoolean over, AtomicLong changed) {
    List<String> others =
        Zoo.models().stream()
            .map(ModelSource.Measured::name)
            .filter(name -> !name.equals(MODEL))
            .toList();
    while (!over.get()) {
      String other = others.get((int) (changed.get() % others.size()));
      server.load(other);
      server.unload(other);
      changed.incrementAndGet();
    }
  }

  private void tell(Seen quiet, Seen changing, long changes) {
    System.out.printf(
        Locale.ROOT,
        "%s at %.0f/s on a simulated GPU, %d parts of %.1f s of each kind, alternating%n",
        MODEL,
        rate,
        rounds,
        seconds);
    row("quiet", quiet, 0);
    row("others come and go", changing, changes);
    double ratio = changing.millis(99) / quiet.millis(99);
    System.out.printf(
        Locale.ROOT,
        "p99 with changes is %.3f x that without; wanted: <= %.1f x%n",
        ratio,
        WANTED_RATIO);
  }

  private void row(String name, Seen seen, long changes) {
    System.out.printf(
        Locale.ROOT,
        "%-20s %6d answered, %d not; p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms; %.1f loads and"
            + " unloads a second%n",
        name,
        seen.latencies.getTotalCount(),
        seen.unanswered.get(),
        seen.millis(50),
        seen.millis(99),
        seen.millis(99.9),
        changes / (rounds * seconds));
  }
}
